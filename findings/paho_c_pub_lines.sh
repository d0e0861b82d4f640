#!/usr/bin/env bash
# paho_c_pub, the command line of Eclipse's C client, publishes the lines of its input, but not as mosquitto_pub -l does: the
# line's end is part of the message, a line of more than 100 bytes becomes several messages, cut anywhere
# (`--maxdatalen` moves the limit), and an empty line is no message but the beginning of the next one. It was also seen to
# publish without end: give it `-m` or `-f` in scripts. The other side, paho_c_sub, shows one message a line and
# does not escape line ends, so that neither tells one message from two.
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
need paho.mqtt.c-examples 1.3.12-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-36s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
# The lengths of the messages that come of what it reads, while its input stays open; the last is that of "last".
lengths() { # INPUT ARG…
  : >"$folder/came"
  timeout 30 stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$port" -t lines -F %l >>"$folder/came" &
  local subscriber=$! publisher
  for ((i = 0; i < 100; ++i)); do
    mosquitto_pub -h 127.0.0.1 -p "$port" -t lines -m ready
    if [[ -s $folder/came ]]; then break; fi
    sleep 0.1
  done
  rm -f "$folder/input"
  mkfifo "$folder/input"
  exec 4<>"$folder/input"
  paho_c_pub -h 127.0.0.1 -p "$port" -t lines "${@:2}" <"$folder/input" >/dev/null 2>&1 &
  publisher=$!
  printf '%b' "$1" >&4
  for ((i = 0; i < 100; ++i)); do
    if grep -qx "$last" "$folder/came"; then break; fi
    sleep 0.1
  done
  kill -KILL "$publisher"
  kill "$subscriber"
  wait "$publisher" "$subscriber" 2>/dev/null || true
  exec 4<&-
  sed '/^5$/d' "$folder/came" | paste -s -d ' '
}
line=$(printf 'x%.0s' {1..250})
last=9
shows 'two lines of 3 and 8' '4 9' "$(lengths 'one\nlastlast\n')"
shows 'a line of 250, and one of 8' '100 100 51 9' "$(lengths "$line\nlastlast\n")"
shows '  with --maxdatalen 1000' '251 9' "$(lengths "$line\nlastlast\n" --maxdatalen 1000)"
last=10
shows 'an empty line before the last' '4 10' "$(lengths 'one\n\nlastlast\n')"
((changed == 0))
