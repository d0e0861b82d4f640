#!/usr/bin/env bash
# The command line of mqtt.js takes what looks like a number for one, topics too: `mqtt pub -t 0012` publishes to "12", 1.50 is
# "1.5", 0x1F is "31", and a serial number such as 12e3 is "12000"; `mqtt sub -t 0012` says that the
# topic is not valid. A message that begins with a minus sign is left out: `-m -5` sends an empty one, which with
# `-r` clears the topic. All end with 0; `-m=-5` helps, and for topics nothing does but a second level.
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
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error mqtt@5.10.3 >/dev/null)
mqtt=$folder/node_modules/.bin/mqtt
echo "mqtt.js $(node -p "require('$folder/node_modules/mqtt/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$port" -t '#' -q 1 -F '[%t] [%p]' >>"$folder/came" &
pids+=($!)

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-24s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
until_heard() { # TEXT COMMAND…: tries until the subscriber has heard TEXT
  for ((i = 0; i < 100; ++i)); do
    "${@:2}"
    if grep -q "$1" "$folder/came"; then return; fi
    sleep 0.1
  done
}
end() { mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t end -m "$1"; }
# The subscriber's output is emptied before each message, not after it.
told() { # ARG…
  local status=0 came
  : >"$folder/came"
  timeout 20 "$mqtt" pub -h 127.0.0.1 -p "$port" -q 1 "$@" >/dev/null 2>&1 </dev/null || status=$?
  until_heard seen end seen
  came=$(grep -v '\[end\]' "$folder/came" | head -n 1)
  echo "${came:-nothing}, exit $status"
}
until_heard ready end ready
shows '-t 0012 -m m' '[12] [m], exit 0' "$(told -t 0012 -m m)"
shows '-t 1.50 -m m' '[1.5] [m], exit 0' "$(told -t 1.50 -m m)"
shows '-t 0x1F -m m' '[31] [m], exit 0' "$(told -t 0x1F -m m)"
shows '-t 12e3 -m m' '[12000] [m], exit 0' "$(told -t 12e3 -m m)"
shows '-t a/0012 -m m' '[a/0012] [m], exit 0' "$(told -t a/0012 -m m)"
shows '-t a -m 0012' '[a] [0012], exit 0' "$(told -t a -m 0012)"
shows '-t a -m -5' '[a] [], exit 0' "$(told -t a -m -5)"
shows '-t a -m=-5' '[a] [-5], exit 0' "$(told -t a -m=-5)"

said=$(timeout 20 "$mqtt" sub -h 127.0.0.1 -p "$port" -t 0012 2>&1 || true)
shows 'mqtt sub -t 0012' 'Error: Invalid topic empty_topic_list' "$(head -n 1 <<<"$said")"
((changed == 0))
