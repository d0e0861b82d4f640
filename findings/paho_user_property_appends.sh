#!/usr/bin/env bash
# Python paho: assigning to a Properties object replaces a property, but `properties.UserProperty = …` adds to those that
# are there. Who keeps one object and sets its user property anew for each message sends one more each time.
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

cat >"$folder/send.py" <<'TEXT'
import sys

from paho.mqtt.client import MQTTv5, Client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

client = Client(protocol=MQTTv5)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
properties = Properties(PacketTypes.PUBLISH)
for number in ("1", "2", "3"):
    properties.ContentType = "text/" + number
    properties.UserProperty = ("number", number)
    client.publish("t", number, qos=1, properties=properties).wait_for_publish()
client.disconnect()
client.loop_stop()
TEXT
mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -W 20 -C 3 -t t -F '%p: content type %C, user properties %P' >"$folder/seen" &
watcher=$!
sleep 1
timeout 20 /usr/bin/python3 "$folder/send.py" "$port"
wait "$watcher"
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
1: content type text/1, user properties number:1
2: content type text/2, user properties number:1 number:2
3: content type text/3, user properties number:1 number:2 number:3
TEXT
