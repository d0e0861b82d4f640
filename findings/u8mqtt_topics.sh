#!/usr/bin/env bash
# u8-mqtt, an MQTT client for browsers and Node.js, looks for a message's handlers as a web server would for a path:
# upper and lower case are the same, and so are lamp/on, /lamp/on and lamp/on/. MQTT's topics are different ones: a
# handler of lamp/on is called for lamp/ON as soon as the client is subscribed to both, with lamp/#, say. lamp itself,
# which lamp/# stands for too and the broker delivers, goes to no handler, and lamp//on not to that of lamp/+/on.
# And its user properties, given as an object as they are received, go out with name and value as the name, and
# no value: {room: 'kitchen'} comes as "room,kitchen": "". Of several received with one name the last is left.
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
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error u8-mqtt@0.6.7 >/dev/null)
echo "u8-mqtt $(node -p "require('$folder/node_modules/u8-mqtt/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# Three subscriptions of the broker's, and a handler for each of six filters.
cat >"$folder/listen.mjs" <<'TEXT'
import {mqtt_v5} from 'u8-mqtt/esm/node/index.js';
import {appendFileSync} from 'node:fs';

const client = mqtt_v5({on_live() {}, on_conn() {}}).with_tcp(Number(process.argv[2]), '127.0.0.1');
await client.connect();
for (const filter of ['lamp/on', 'lamp/ON', '/lamp/on', 'lamp/on/', 'lamp/+/on', 'lamp/#'])
  client.on_topic(filter, packet => appendFileSync(process.argv[3], `${packet.topic} ${filter}\n`));
client.on_topic('properties', packet =>
  appendFileSync(process.argv[3], `${packet.topic} ${JSON.stringify(packet.props?.user_properties)}\n`));
client.on_topic('end', packet => appendFileSync(process.argv[3], `end ${packet.utf8()}\n`));
const props = {user_properties: {room: 'kitchen', floor: '1'}};
client.on_topic('publish', () => client.send('published', 'm', {props}));
await client.subscribe(['lamp/#', '/lamp/on', 'properties', 'publish', 'end']);
TEXT
: >"$folder/heard"
(cd "$folder" && exec timeout 100 node listen.mjs "$port" "$folder/heard") >>"$folder/log" 2>&1 &
pids+=($!)
stdbuf -oL mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -q 1 -t published -t lamp/# -t /lamp/on -F '%t [%P]' \
  >"$folder/broker" &
pids+=($!)
publish() { timeout 10 mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 "$@"; }
until_heard() { # TEXT COMMAND…: tries until the client has heard TEXT
  for ((i = 0; i < 100; ++i)); do
    "${@:2}"
    if grep -q "$1" "$folder/heard"; then return; fi
    sleep 0.1
  done
}
until_heard '^end ready' publish -t end -m ready

for topic in lamp/on lamp/ON /lamp/on lamp/on/ lamp lamp//on; do
  publish -t "$topic" -m m
done
publish -t properties -m m -D publish user-property b 1 -D publish user-property b 2 -D publish user-property a 3
publish -t publish -m m
until_heard '^end last' publish -t end -m last
for ((i = 0; i < 50; ++i)); do
  if grep -q '^published' "$folder/broker"; then break; fi
  sleep 0.1
done

for topic in lamp/on lamp/ON /lamp/on lamp/on/ lamp lamp//on; do
  called=$(sed -n "s|^$topic ||p" "$folder/heard" | paste -sd ' ')
  printf '%-9s delivered by the broker: %s, handlers called: %s\n' "$topic" \
    "$(grep -c "^$topic \[" "$folder/broker")" "${called:-none}"
done | tee "$folder/shown"
{
  echo "user properties b=1 b=2 a=3 are received as $(sed -n 's/^properties //p' "$folder/heard")"
  echo "user properties {room: 'kitchen', floor: '1'} are sent as $(sed -n 's/^published //p' "$folder/broker")"
} | tee -a "$folder/shown"
diff "$folder/shown" - <<'TEXT'
lamp/on   delivered by the broker: 1, handlers called: lamp/on lamp/ON /lamp/on lamp/on/ lamp/#
lamp/ON   delivered by the broker: 1, handlers called: lamp/on lamp/ON /lamp/on lamp/on/ lamp/#
/lamp/on  delivered by the broker: 1, handlers called: lamp/on lamp/ON /lamp/on lamp/on/ lamp/#
lamp/on/  delivered by the broker: 1, handlers called: lamp/on lamp/ON /lamp/on lamp/on/ lamp/#
lamp      delivered by the broker: 1, handlers called: none
lamp//on  delivered by the broker: 1, handlers called: lamp/#
user properties b=1 b=2 a=3 are received as {"b":"2","a":"3"}
user properties {room: 'kitchen', floor: '1'} are sent as [room,kitchen: floor,1:]
TEXT
