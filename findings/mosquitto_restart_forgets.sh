#!/usr/bin/env bash
# mosquitto 2.0.11 with `persistence true` forgets two things when it is stopped and started again:
# 1. A session of MQTT 5 that was begun with Clean Start 1 and a Session Expiry Interval, as Python's paho begins one
#    unless told otherwise. It outlives the connection, with what waits in it, but not a restart of the broker.
# 2. Shared subscriptions. The session is there again ("session present" 1, what waited is delivered), and so are plain
#    subscriptions, but not those to $share/: who rightly does not subscribe anew when the session is present hears
#    nothing from then on, and who publishes at QoS 1 under MQTT 5 is told that there is nobody (16).
# One would expect both to come back. Connect with Clean Start 0, and subscribe to $share/ after each connection.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
pids=()
finish() {
  if ((${#pids[@]})); then kill "${pids[@]}" 2>/dev/null || true; fi
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

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
until_listens() {
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then return; fi
    sleep 0.1
  done
  echo "nobody listens" >&2
  exit 1
}
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-58s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' 'persistence true' \
  "persistence_location $folder/" 'log_type all' >"$folder/mosquitto.conf"
broker=
starts() {
  timeout 60 mosquitto -c "$folder/mosquitto.conf" 2>>"$folder/log" &
  broker=$!
  pids=("$broker")
  until_listens
}
stops() {
  kill "$broker" # SIGTERM, at which it writes its file
  wait "$broker" || true
  pids=()
}
here=(-V 5 -h 127.0.0.1 -p "$port" -q 1)
told() { mosquitto_pub "${here[@]}" -d "$@" 2>&1 | sed -n 's/.*RC:\([0-9]*\).*/\1/p'; }
# In the first connection -c means Clean Start 0; without it, it is 1. Both have a session that lives for ten minutes.
begins() { timeout 10 mosquitto_sub "${here[@]}" -i reader -x 600 -E "$@"; }
# Comes back and subscribes to nothing of that: whether there was a session, what had waited, what is published now.
back() {
  local present said
  : >"$folder/heard"
  stdbuf -oL timeout 20 mosquitto_sub "${here[@]}" -i reader -c -x 600 -t else -W 3 -F %p >"$folder/heard" 2>/dev/null &
  local reader=$!
  for ((i = 0; i < 50; ++i)); do
    if tail -n +"$((lines + 1))" "$folder/log" | grep -q 'Sending SUBACK to reader'; then break; fi
    sleep 0.1
  done
  present=$(tail -n +"$((lines + 1))" "$folder/log" | sed -n 's/.*Sending CONNACK to reader (\([01]\), 0).*/\1/p')
  said=$(told -t work/new -m new)
  wait "$reader" || true
  echo "present $present, heard [$(paste -s -d ' ' "$folder/heard")], publisher told $said"
}
case_of() { # RESTART? ARG…
  starts
  begins "${@:2}"
  mosquitto_pub "${here[@]}" -t work/old -m old
  if [[ $1 == yes ]]; then
    stops
    starts
  fi
  lines=$(wc -l <"$folder/log")
  back
  stops
  rm -f "$folder/mosquitto.db"
} 2>/dev/null
heard='present 1, heard [old new], publisher told 0'
result() { # starts and stops change variables, so that this is no subshell
  case_of "${@:3}" >"$folder/result"
  shows "$1" "$2" "$(cat "$folder/result")"
}
result 'work/#, Clean Start 0, away and back' "$heard" no -c -t 'work/#'
result '  the broker restarted meanwhile' "$heard" yes -c -t 'work/#'
result 'work/#, Clean Start 1, away and back' "$heard" no -t 'work/#'
result '  the broker restarted meanwhile' 'present 0, heard [], publisher told 16' yes -t 'work/#'
result "\$share/group/work/#, Clean Start 0, away and back" "$heard" no -c -t "\$share/group/work/#"
result '  the broker restarted meanwhile' 'present 1, heard [old], publisher told 16' yes -c -t "\$share/group/work/#"
result "  with work/new beside it" "$heard" yes -c -t "\$share/group/work/#" -t work/new
((changed == 0))
