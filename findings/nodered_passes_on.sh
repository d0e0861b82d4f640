#!/usr/bin/env bash
# What Node-RED's "mqtt in" hears is parsed (its default), and so it is another payload that "mqtt out" publishes and
# "http request" sends when they are wired to it: 21.50 is 21.5, 12345678901234567890 is 12345678901234567000, "on"
# loses its quotation marks, and null becomes an empty message, which with retain clears the topic that it should have
# filled; as content of a POST it is null. That content is application/json if it was an object, an array, true, false
# or null, and has no Content-Type if it was a number or a text, JSON or not. "mqtt out" passes on what it is not told
# otherwise: QoS, the retain flag, Response Topic, Correlation Data, Content Type, user properties, and what is left of
# the expiry. So a copy of a request asks for an answer too, and a retained message heard at the start is retained anew.
# One would expect the payload as it is, and nothing else to go with it.
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
  dpkg-query -W "$1" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error node-red@4.0.9 >/dev/null)
version=$(node -p "require('$folder/node_modules/node-red/package.json').version")
echo "Node-RED $version, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 300 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
while hook=$((20000 + RANDOM % 12000)) && listens "$hook"; do :; done
# Writes down what is posted.
cat >"$folder/hook.cjs" <<'TEXT'
require('http').createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const content = Buffer.concat(parts).toString();
    const type = request.headers['content-type'] ?? '-';
    require('fs').appendFileSync(process.argv[3], `${request.url} ${type} [${content}]\n`);
    response.end();
  });
}).listen(process.argv[2], '127.0.0.1');
TEXT
timeout 300 node "$folder/hook.cjs" "$hook" "$folder/posted" &
pids+=($!)
while web=$((20000 + RANDOM % 12000)) && listens "$web"; do :; done

# "mqtt in" of in/# with what the editor sets; from there to "mqtt out", with out/ for in/, and to "http request".
mkdir "$folder/user"
cat >"$folder/user/flows.json" <<TEXT
[{"id":"t","type":"tab","label":"t"},
 {"id":"b","type":"mqtt-broker","broker":"127.0.0.1","port":"$port","autoConnect":true,"protocolVersion":"5"},
 {"id":"i","z":"t","type":"mqtt in","topic":"in/#","qos":"2","datatype":"auto-detect","broker":"b","nl":false,
  "rap":true,"rh":0,"inputs":0,"wires":[["c", "h"]]},
 {"id":"c","z":"t","type":"change","wires":[["o"]],
  "rules":[{"t":"change","p":"topic","pt":"msg","from":"in/","fromt":"str","to":"out/","tot":"str"}]},
 {"id":"o","z":"t","type":"mqtt out","topic":"","qos":"","retain":"","respTopic":"","contentType":"","userProps":"",
  "correl":"","expiry":"","broker":"b","wires":[]},
 {"id":"h","z":"t","type":"http request","method":"POST","ret":"txt",
  "url":"http://127.0.0.1:$hook/{{{topic}}}","wires":[[]]}]
TEXT
printf 'module.exports = {flowFile: "flows.json", credentialSecret: false, uiHost: "127.0.0.1"};\n' \
  >"$folder/user/settings.js"
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
publish() { timeout 10 mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 "$@"; }
# Kept since before Node-RED started.
publish -r -t in/kept -m m
timeout 300 stdbuf -oL mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -q 2 -t 'out/#' --retain-as-published \
  -F '%t qos %q retain %r [%p] %R %D %C %P expiry %E' >"$folder/came" &
pids+=($!)
HOME=$folder timeout 300 node "$folder/node_modules/node-red/red.js" --userDir "$folder/user" --port "$web" \
  >>"$folder/log" 2>&1 &
pids+=($!)
until_passed() { # NAME PAYLOAD: tries until both have heard it
  for ((i = 0; i < 300; ++i)); do
    publish -t "in/$1" -m "$2"
    sleep 0.2
    if grep -q "^out/$1 " "$folder/came" && grep -q "^/in/$1 " "$folder/posted"; then return; fi
  done
}
touch "$folder/posted"
until_passed ready m

payloads=('21.50' '1e3' '12345678901234567890' '0012' 'on' '"on"' 'true' 'null' '{"b": 1, "a": 2.0}' '')
for n in "${!payloads[@]}"; do
  publish -r -t "in/$n" -m "${payloads[n]}"
  sleep 0.2
done
timeout 10 mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 2 -t in/request -m m -D publish response-topic answers \
  -D publish correlation-data 7 -D publish content-type text/plain -D publish message-expiry-interval 600 \
  -D publish user-property room kitchen
until_passed last m

{
  printf '%-20s  %-31s  %s\n' heard '"mqtt out" publishes' '"http request" sends'
  for n in "${!payloads[@]}"; do
    printf '%-20s  %-31s  %s\n' "${payloads[n]:-(nothing)}" \
      "$(sed -n "s|^out/$n qos 1 \(retain .\) \(\[.*\]\) .*|\2 \1|p" "$folder/came")" \
      "$(sed -n "s|^/in/$n ||p" "$folder/posted")"
  done
  sed -n 's/expiry \(600\|5[89].\)$/expiry about 600/; /^out\/\(kept\|request\)/s/  */ /gp' "$folder/came" |
    sed 's/ expiry $//'
} | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
heard                 "mqtt out" publishes             "http request" sends
21.50                 [21.5] retain 1                  - [21.5]
1e3                   [1000] retain 1                  - [1000]
12345678901234567890  [12345678901234567000] retain 1  - [12345678901234567000]
0012                  [0012] retain 1                  - [0012]
on                    [on] retain 1                    - [on]
"on"                  [on] retain 1                    - [on]
true                  [true] retain 1                  application/json [true]
null                  [] retain 1                      application/json [null]
{"b": 1, "a": 2.0}    [{"b":1,"a":2}] retain 1         application/json [{"b":1,"a":2}]
(nothing)             [] retain 1                      - []
out/kept qos 1 retain 1 [m]
out/request qos 2 retain 0 [m] answers 7 text/plain room:kitchen expiry about 600
TEXT
