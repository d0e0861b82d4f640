#!/usr/bin/env bash
# To mosquitto a Message Expiry Interval of 0 is none at all: a retained message with 0 comes without the property
# and stays for ever, where one of 1 s is gone after it. And mosquitto_sub's %E prints an interval of 2^31 s and
# more as a negative number, although what it received is right. So 0 is no way to say "now or never", and who reads %E
# must not take it for unsigned.
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
need python3-paho-mqtt 1.6.1-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

for seconds in 0 1 60 2147483748 4294967295; do
  mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 -r -t "t/$seconds" -m m -D publish message-expiry-interval "$seconds"
done
sleep 3 # seconds of life that all of them spend

# What is retained, by a client of other descent: the property as an unsigned number, or "none".
cat >"$folder/retained.py" <<'PY'
import sys
from paho.mqtt import client as mqtt

found = {}
def on_message(client, _, message):
    if message.topic == "end":
        client.disconnect()
    else:
        found[message.topic] = getattr(message.properties, "MessageExpiryInterval", "none")

def on_subscribe(client, *_):
    client.publish("end", "", qos=1)

client = mqtt.Client(protocol=mqtt.MQTTv5)
client.on_message, client.on_subscribe = on_message, on_subscribe
client.connect("127.0.0.1", int(sys.argv[1]))
client.subscribe([("t/#", mqtt.SubscribeOptions(1)), ("end", mqtt.SubscribeOptions(1))])
client.loop_forever()
for topic in sys.argv[2:]:
    print(found.get(topic, "gone"))
PY
topics=(t/0 t/1 t/60 t/2147483748 t/4294967295)
mapfile -t seen < <(timeout 30 /usr/bin/python3 "$folder/retained.py" "$port" "${topics[@]}")
((${#seen[@]} == ${#topics[@]})) || { echo "the subscriber has not come to its end" >&2; exit 1; }

changed=0
shows() { # WHAT PATTERN SEEN
  printf '%-46s %s\n' "$1" "$3"
  # shellcheck disable=SC2053
  if [[ $3 != $2 ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
printed() { mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -W 10 -C 1 -t "$1" -F %E; }
shows 'retained with 0, after 3 s' none "${seen[0]}"
shows 'retained with 1, after 3 s' gone "${seen[1]}"
shows 'retained with 60, after 3 s' '5[4-7]' "${seen[2]}"
shows 'retained with 2147483748, after 3 s' '21474837[34]?' "${seen[3]}"
shows 'retained with 4294967295, after 3 s' '42949672[89]?' "${seen[4]}"
shows '  %E of mosquitto_sub for the last' '-[1-9]*' "$(printed t/4294967295)"
shows '  and for 2147483748, 2^31 + 100' '-21474835*' "$(printed t/2147483748)"
((changed == 0))
