#!/usr/bin/env bash
# mosquitto 2.0.11 (Debian 12) with `mount_point home/` at a listener: the page of mosquitto.conf says that the prefix
# is put before the topics of who connects there and removed from what is sent to him. It is put before, and not
# removed: a client that subscribes to t/# gets home/t/one, a topic that none of its filters matches, so that a
# library that gives messages to functions by filter (paho's message_callback_add) gives it to none; and what reads a
# topic and publishes to it again writes home/home/t/one. It is so in MQTT 3.1.1 and 5, for retained messages too.
# (Known as #2244, mended in 2.0.12.) A shared subscription is granted there and never gets anything, since the prefix
# comes before "$share"; and a Response Topic stays as it is, so that an answer from another listener goes to a topic
# that the asker cannot read.
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
  local version policy=/usr/sbin/policy-rc.d
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    # the service, if there is one, is not started
    if [[ -e $policy ]]; then policy=$folder/policy; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    DEBIAN_FRONTEND=noninteractive \
      apt-get install -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends "$1" >/dev/null
    rm "$policy"
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
need python3-paho-mqtt 1.6.1-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while plain=$((20000 + RANDOM % 12000)) && listens "$plain"; do :; done
while mounted=$((20000 + RANDOM % 12000)) && { [[ $mounted == "$plain" ]] || listens "$mounted"; }; do :; done
cat >"$folder/mosquitto.conf" <<TEXT
user root
allow_anonymous true
log_type all
listener $plain 127.0.0.1
listener $mounted 127.0.0.1
mount_point home/
TEXT
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$plain" && listens "$mounted"; then break; fi
  sleep 0.1
done

# Subscribers, each with a file of what it gets; they are there when the broker has told them so.
subscribe() { # NAME PORT FILTER ARG…
  timeout 60 stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$2" -i "$1" -t "$3" -q 1 "${@:4}" >"$folder/$1" 2>&1 &
  pids+=($!)
}
subscribe outside "$plain" '#' -V 5 -F '%t'
subscribe three "$mounted" 't/#' -V 311 -F '%t'
subscribe five "$mounted" 't/#' -V 5 -F '%t'
subscribe shared "$mounted" "\$share/group/t/#" -V 5 -d -F 'got %t'
cat >"$folder/callbacks.py" <<'TEXT'
import sys, time
import paho.mqtt.client as mqtt
got = []
client = mqtt.Client("callbacks")
client.on_message = lambda client, userdata, message: got.append("the rest " + message.topic)
client.message_callback_add("t/#", lambda client, userdata, message: got.append("t/# " + message.topic))
client.on_connect = lambda client, userdata, flags, code: client.subscribe("t/#", 1)
client.connect("127.0.0.1", int(sys.argv[1]))
end = time.monotonic() + 30
while not got and time.monotonic() < end:
    client.loop(0.2)
print(got[0] if got else "nothing")
TEXT
timeout 60 /usr/bin/python3 "$folder/callbacks.py" "$mounted" >"$folder/callbacks" &
python=$!
pids+=("$python")
for ((i = 0; i < 150; ++i)); do
  if (($(grep -c 'Sending SUBACK to' "$folder/log") >= 5)); then break; fi
  sleep 0.1
done

publish() { timeout 10 mosquitto_pub -V 5 -h 127.0.0.1 -q 1 "$@"; }
publish -p "$mounted" -r -t t/one -m m
publish -p "$mounted" -t t/asks -m m -D publish response-topic answers/1
publish -p "$mounted" -t t/end -m m
for name in three five outside; do
  for ((i = 0; i < 100; ++i)); do
    if grep -q t/end "$folder/$name"; then break; fi
    sleep 0.1
  done
done
wait "$python" || true

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
# What one gets is published again to its topic.
publish -p "$mounted" -t "$(head -n 1 "$folder/five")" -m m
for ((i = 0; i < 100; ++i)); do
  if grep -q home/home "$folder/outside"; then break; fi
  sleep 0.1
done
echo 'published with mount_point home/: t/one'
shows 'seen by # at the listener without' home/t/one "$(head -n 1 "$folder/outside")"
shows 'by t/# at the listener with it, MQTT 3.1.1' home/t/one "$(head -n 1 "$folder/three")"
shows 'MQTT 5' home/t/one "$(head -n 1 "$folder/five")"
shows 'as a retained message' home/t/one \
  "$(timeout 10 mosquitto_sub -h 127.0.0.1 -p "$mounted" -t t/one -C 1 -W 5 -F '%t' || true)"
shows 'paho, message_callback_add("t/#"): called is' 'the rest home/t/one' "$(cat "$folder/callbacks")"
shows 'published again where it was got, # without sees' home/home/t/one "$(tail -n 1 "$folder/outside")"
shows "\$share/group/t/#: granted" 'Subscribed (mid: 1): 1' "$(grep -o 'Subscribed.*' "$folder/shared" || true)"
shows 'of three messages it got' 0 "$(grep -c '^got' "$folder/shared" || true)"
# Answers are sent until the asker has one: to the topic that the request names, then to the one that he can read.
timeout 30 mosquitto_sub -V 5 -h 127.0.0.1 -p "$mounted" -t answers/1 -q 1 -C 1 -F '%p' >"$folder/answer" &
asker=$!
pids+=("$asker")
for ((i = 0; i < 50; ++i)); do
  if [[ -s $folder/answer ]]; then break; fi
  publish -p "$plain" -t answers/1 -m 'the one to answers/1'
  publish -p "$plain" -t home/answers/1 -m 'the one to home/answers/1'
  sleep 0.1
done
wait "$asker" || true
shows 'Response Topic answers/1: seen without mount_point' answers/1 "$(
  timeout 20 mosquitto_sub -V 5 -h 127.0.0.1 -p "$plain" -t home/t/asks -C 1 -W 10 -F '%R' >"$folder/response" &
  waits=$!
  for ((i = 0; i < 50; ++i)); do
    if [[ -s $folder/response ]]; then break; fi
    publish -p "$mounted" -t t/asks -m m -D publish response-topic answers/1
    sleep 0.1
  done
  wait "$waits" || true
  cat "$folder/response"
)"
shows 'of answers from there, the asker gets' 'the one to home/answers/1' "$(cat "$folder/answer")"
((changed == 0))
