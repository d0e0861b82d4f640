#!/usr/bin/env bash
# What the same bytes are in Node-RED depends on the Content Type of the MQTT 5 message. The "mqtt in" node at its
# default, auto-detect, makes a number of 21.50 as long as there is no Content Type; it makes a string of it under
# text/plain, and a Buffer under application/octet-stream. It knows types without parameters only: under
# "text/plain; charset=utf-8" 21.50 is a number again, and so it is under a type that it does not know. Under
# application/json a payload that is not JSON, the word on, say, goes to no node but a "catch"; with "; charset=utf-8"
# it is a string. Who publishes says one Content Type, always the same, or none; who reads sets the output of the node to
# a string and parses that himself.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error node-red@4.0.9 >/dev/null)
echo "Node-RED $(node -p "require('$folder/node_modules/node-red/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
while web=$((20000 + RANDOM % 12000)) && listens "$web"; do :; done

# One flow: "mqtt in" at auto-detect, a function that writes down what it got, and a "catch" for what it did not get.
mkdir "$folder/user"
cat >"$folder/user/flows.json" <<TEXT
[{"id":"t","type":"tab","label":"t"},
 {"id":"b","type":"mqtt-broker","broker":"127.0.0.1","port":"$port","clientid":"red","autoConnect":true,"protocolVersion":"5"},
 {"id":"i","z":"t","type":"mqtt in","topic":"v/#","qos":"1","datatype":"auto-detect","broker":"b","inputs":0,"wires":[["f"]]},
 {"id":"f","z":"t","type":"function","wires":[["o"]],
  "func":"const p = msg.payload, is = Buffer.isBuffer(p);\nreturn {payload: msg.topic + ' ' + (is ? 'Buffer ' + p : typeof p + ' ' + JSON.stringify(p))};"},
 {"id":"c","z":"t","type":"catch","scope":null,"wires":[["e"]]},
 {"id":"e","z":"t","type":"function","func":"return {payload: msg.topic + ' caught: ' + msg.error.message};","wires":[["o"]]},
 {"id":"o","z":"t","type":"file","filename":"$folder/seen","appendNewline":true,"overwriteFile":"false","wires":[[]]}]
TEXT
printf 'module.exports = {flowFile: "flows.json", credentialSecret: false, uiHost: "127.0.0.1"};\n' >"$folder/user/settings.js"
HOME=$folder node "$folder/node_modules/node-red/red.js" --userDir "$folder/user" --port "$web" >>"$folder/log" 2>&1 &
pids+=($!)
publish() { timeout 10 mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 "$@"; }
for ((i = 0; i < 150; ++i)); do
  if [[ -s $folder/seen ]]; then break; fi
  publish -t v/ready -m m 2>/dev/null || true
  sleep 0.2
done

types=('' text/plain 'text/plain; charset=utf-8' application/octet-stream application/json 'application/json; charset=utf-8'
  application/xml application/x-www-form-urlencoded)
for type in "${!types[@]}"; do
  for payload in 21.50 on; do
    properties=()
    if [[ ${types[type]} ]]; then properties=(-D publish content-type "${types[type]}"); fi
    publish -t "v/$type/$payload" -m "$payload" "${properties[@]}"
  done
done
publish -t v/end -m m
for ((i = 0; i < 100; ++i)); do
  if grep -q v/end "$folder/seen"; then break; fi
  sleep 0.1
done

for payload in 21.50 on; do
  for type in "${!types[@]}"; do
    printf '%-5s  %-33s  %s\n' "$payload" "${types[type]:-(no Content Type)}" "$(sed -n "s|^v/$type/$payload ||p" "$folder/seen")"
  done
done | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
21.50  (no Content Type)                  number 21.5
21.50  text/plain                         string "21.50"
21.50  text/plain; charset=utf-8          number 21.5
21.50  application/octet-stream           Buffer 21.50
21.50  application/json                   number 21.5
21.50  application/json; charset=utf-8    number 21.5
21.50  application/xml                    string "21.50"
21.50  application/x-www-form-urlencoded  number 21.5
on     (no Content Type)                  string "on"
on     text/plain                         string "on"
on     text/plain; charset=utf-8          string "on"
on     application/octet-stream           Buffer on
on     application/json                   caught: Failed to parse JSON string
on     application/json; charset=utf-8    string "on"
on     application/xml                    string "on"
on     application/x-www-form-urlencoded  string "on"
TEXT
