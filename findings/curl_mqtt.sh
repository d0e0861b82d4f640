#!/usr/bin/env bash
# curl speaks MQTT, too, but reads the topic as it reads the path of an HTTP URL: what
# follows "?" is left out without a word, so that -d x "mqtt://host/home/lamp?on" goes to home/lamp; %3F is a "?". Only -d
# publishes: -T, -F and -G subscribe to the topic instead, print what comes until -m ends them, and
# nothing is sent. What a subscription prints has no line ends: two bytes of length, the topic, the payload, and at once the next
# length, so that one cannot tell where a payload ends.
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
need curl 7.88.1-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_type all\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

mosquitto_sub -h 127.0.0.1 -p "$port" -W 20 -i reader -t '#' -F '%t %p' >"$folder/messages" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if grep -q 'Sending SUBACK to reader' "$folder/log"; then break; fi
  sleep 0.1
done

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
root=mqtt://127.0.0.1:$port
publishes() { # EXPECTED PATH OPTION…: the topic and the payload that a subscriber saw
  local expected=$1 path=$2 before
  shift 2
  before=$(wc -l <"$folder/messages")
  curl -s -m 10 "$@" "$root$path"
  for ((i = 0; i < 100; ++i)); do
    if (($(wc -l <"$folder/messages") > before)); then break; fi
    sleep 0.1
  done
  shows "$path ${*}" "$expected" "$(tail -n 1 "$folder/messages")"
}
publishes 'home/lamp x' '/home/lamp?on' -d x
publishes 'home/lamp?on y' '/home/lamp%3Fon' -d y

printf 'x' >"$folder/file"
waits() { # WHAT OPTION…: curl's exit status with two seconds' time
  local what=$1 status=0
  shift
  curl -s -m 2 "$@" "$root/upload" || status=$?
  shows "$what, exit status (28: its time is up)" 28 "$status"
}
waits '-m 2 -T file' -T "$folder/file"
waits '-m 2 -F a=b' -F a=b
waits '-m 2 -G -d x' -G -d x
shows '  what arrived at the topic' 0 "$(grep -c '^upload' "$folder/messages" || true)"
shows '  subscriptions to it' 3 "$(grep -c $'\tupload (QoS 0)' "$folder/log" || true)"

mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -r -t kept/1 -m one
mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -r -t kept/2 -m two
curl -s -m 2 "$root/kept/%23" >"$folder/printed" || true
shows 'what a subscription to kept/# prints' "b'\\x00\\x06kept/1one\\x00\\x06kept/2two'" \
  "$(/usr/bin/python3 -c 'import sys; print(open(sys.argv[1], "rb").read())' "$folder/printed")"
((changed == 0))
