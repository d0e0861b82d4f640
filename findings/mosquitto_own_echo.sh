#!/usr/bin/env bash
# A client that publishes at QoS 1 to a topic it is subscribed to, one message after the other, comes to 23 a second
# with mosquitto as it is set up by itself: it writes PUBLISH and PUBACK as two small segments, with Nagle's algorithm
# on, and the second waits until the client's system has acknowledged the first, which takes its time (40 ms) once the
# connection looks interactive. With a pause of 50 ms between the messages each takes less than 5 ms: who measures
# slowly does not see it. `set_tcp_nodelay true` ends it.
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
need python3-paho-mqtt 1.6.1-

cat >"$folder/echo.py" <<'PY'
import statistics
import sys
import time
from paho.mqtt import client as mqtt

port, pause = int(sys.argv[1]), float(sys.argv[2])
state = {"subscribed": False, "came": False, "acknowledged": False}
client = mqtt.Client(client_id="echo")
client.on_connect = lambda *_: client.subscribe("own/topic", 0)
client.on_subscribe = lambda *_: state.update(subscribed=True)
client.on_message = lambda *_: state.update(came=True)
client.on_publish = lambda *_: state.update(acknowledged=True)
client.connect("127.0.0.1", port)
while not state["subscribed"]:
    client.loop(0.1)
took = []
for _ in range(60):
    state.update(came=False, acknowledged=False)
    began = time.monotonic()
    client.publish("own/topic", "hello", qos=1)
    while not (state["came"] and state["acknowledged"]):
        client.loop(1)
    took.append((time.monotonic() - began) * 1000)
    time.sleep(pause)
print("%.1f" % statistics.median(took))
PY

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
median_ms() { # SETTING PAUSE
  local port broker
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  printf 'listener %s 127.0.0.1\nallow_anonymous true\n%s\n' "$port" "$1" >"$folder/mosquitto.conf"
  mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
  broker=$!
  pids+=("$broker")
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then break; fi
    sleep 0.1
  done
  timeout 60 /usr/bin/python3 "$folder/echo.py" "$port" "$2"
  kill "$broker"
}

seen() { # NAME MS LOW HIGH
  echo "$1: $2 ms"
  /usr/bin/python3 -c "import sys; sys.exit(not $3 <= $2 <= $4)" || { echo "$3 to $4 expected" >&2; exit 1; }
}
seen "one after the other" "$(median_ms '' 0)" 35 60
seen "with a pause of 50 ms" "$(median_ms '' 0.05)" 0 10
seen "one after the other, set_tcp_nodelay true" "$(median_ms 'set_tcp_nodelay true' 0)" 0 10
