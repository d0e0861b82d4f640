#!/usr/bin/env bash
# mqtt.js has the user properties of MQTT 5 in an object, where the protocol has a list whose order is kept: what was
# sent as b=1, a=2, b=3, 10=x, 2=y is shown with the numbers first, in their order, and the two b together; and what it
# sends is grouped in the same way.
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
echo "mqtt.js $(node -p "require('$folder/node_modules/mqtt/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

cat >"$folder/receive.cjs" <<'TEXT'
const client = require('mqtt').connect(`mqtt://127.0.0.1:${process.argv[2]}`, {protocolVersion: 5});
client.on('connect', () => client.subscribe('received'));
client.on('message', (topic, payload, packet) => {
  console.log(JSON.stringify(packet.properties.userProperties));
  client.end();
});
TEXT
cat >"$folder/send.cjs" <<'TEXT'
const client = require('mqtt').connect(`mqtt://127.0.0.1:${process.argv[2]}`, {protocolVersion: 5});
const userProperties = {b: ['1', '3'], a: '2', 10: 'x', 2: 'y'};
client.publish('sent', 'm', {qos: 1, properties: {userProperties}}, () => client.end());
TEXT

timeout 30 node "$folder/receive.cjs" "$port" >"$folder/received" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/received ]]; then break; fi
  mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -t received -m m -D publish user-property b 1 -D publish user-property a 2 \
    -D publish user-property b 3 -D publish user-property 10 x -D publish user-property 2 y
  sleep 0.2
done
mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -W 20 -C 1 -t sent -F %P >"$folder/sent" &
watcher=$!
sleep 1
timeout 20 node "$folder/send.cjs" "$port"
wait "$watcher"

echo "published b=1, a=2, b=3, 10=x, 2=y; mqtt.js shows: $(<"$folder/received")"
echo "mqtt.js sends {b: ['1', '3'], a: '2', 10: 'x', 2: 'y'} as: $(<"$folder/sent")"
[[ $(<"$folder/received") == '{"2":"y","10":"x","b":["1","3"],"a":"2"}' ]]
[[ $(<"$folder/sent") == '2:y 10:x b:1 b:3 a:2' ]]
