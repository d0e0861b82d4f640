#!/usr/bin/env bash
# A client of mosquitto 2.0.11 that speaks MQTT 3.1.1 and has two overlapping subscriptions gets each message once, with
# the QoS of the filter that the broker meets first: home/door before home/+ before home/#, in whatever order they were
# made. MQTT 3.1.1 (3.3.5) wants the higher of both. So home/door at QoS 0 beside home/+ at QoS 1 makes a message of
# QoS 1 one of QoS 0, which nobody acknowledges; while the client is away it is kept for it, at QoS 1. With MQTT 5 it
# comes once for each filter. Give overlapping filters one QoS.
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
need python3-paho-mqtt 1.6.1-

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
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 100 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
until_listens
cat >"$folder/reader.py" <<'PY'
import sys, time
from paho.mqtt import client as mqtt

port, version = int(sys.argv[1]), sys.argv[2]
filters = [(name, int(qos)) for name, qos in zip(sys.argv[3::2], sys.argv[4::2])]
came, state = [], set()

def make(name, keeps):
    if version == "5":
        from paho.mqtt.properties import Properties
        from paho.mqtt.packettypes import PacketTypes
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 60 if keeps else 0
        client, more = mqtt.Client(name, protocol=mqtt.MQTTv5), dict(clean_start=not keeps, properties=properties)
    else:
        client, more = mqtt.Client(name, clean_session=not keeps), {}
    client.on_connect = lambda *_: state.add(name)
    client.on_subscribe = lambda *_: state.add("subscribed")
    client.on_message = lambda _, __, m: came.append("%s: QoS %d" % (m.payload.decode(), m.qos))
    state.discard(name)
    client.connect("127.0.0.1", port, **more)
    client.loop_start()
    wait(lambda: name in state)
    return client

def wait(what):
    end = time.time() + 10
    while not what() and time.time() < end:
        time.sleep(0.02)

writer, reader = make("writer", False), make("reader" + "".join(sys.argv[2:]), True)
for one in filters:
    state.discard("subscribed")
    reader.subscribe(*one)
    wait(lambda: "subscribed" in state)
writer.publish("home/door", "there", qos=1).wait_for_publish(10)
time.sleep(0.5)
reader.disconnect()
reader.loop_stop()
time.sleep(0.3)
writer.publish("home/door", "away", qos=1).wait_for_publish(10)
reader = make("reader" + "".join(sys.argv[2:]), True)
time.sleep(0.5)
reader.disconnect()
print(", ".join(sorted(came, key=lambda text: (text[0] == "a", text))))
PY
hears() { timeout 40 /usr/bin/python3 "$folder/reader.py" "$port" "$@"; }
one='there: QoS 1, away: QoS 1'
none='there: QoS 0, away: QoS 1'
both='there: QoS 0, there: QoS 1, away: QoS 1'
shows 'MQTT 3.1.1, home/door at 1, home/+ at 0' "$one" "$(hears 3.1.1 home/door 1 home/+ 0)"
shows 'MQTT 3.1.1, home/door at 0, home/+ at 1' "$none" "$(hears 3.1.1 home/door 0 home/+ 1)"
shows 'MQTT 3.1.1, home/+ at 1, home/door at 0' "$none" "$(hears 3.1.1 home/+ 1 home/door 0)"
shows 'MQTT 3.1.1, home/+ at 0, home/# at 1' "$none" "$(hears 3.1.1 home/+ 0 'home/#' 1)"
shows 'MQTT 3.1.1, home/+ at 1, home/# at 0' "$one" "$(hears 3.1.1 home/+ 1 'home/#' 0)"
shows 'MQTT 5, home/door at 0, home/+ at 1' "$both" "$(hears 5 home/door 0 home/+ 1)"
shows 'MQTT 5, home/door at 1, home/+ at 0' "$both" "$(hears 5 home/door 1 home/+ 0)"
((changed == 0))
