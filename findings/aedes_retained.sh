#!/usr/bin/env bash
# Aedes, the broker for Node.js (Node-RED's broker nodes and others are made of it), matches what it has retained by
# other rules than what comes. A message that comes on room//level is delivered to room/+/level and /door to +/door, as
# it should be; once retained, both are missing from what a new subscription is given. And a topic with $ at its
# beginning, which # and +/level must not stand for, is not delivered to them when it comes, but given to them from what
# is retained: whoever subscribes to # gets all the retained $ topics. mosquitto does the same with both, which is what
# one expects: "retained" only decides when.
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
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error aedes@1.2.0 mqtt@5.10.3 >/dev/null)
echo "Aedes $(node -p "require('$folder/node_modules/aedes/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

cat >"$folder/match.mjs" <<'TEXT'
import {Aedes} from 'aedes';
import mqtt from 'mqtt';
import {createServer} from 'node:net';

const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
await new Promise(done => server.listen(0, '127.0.0.1', done));
const ports = {Aedes: server.address().port, mosquitto: Number(process.argv[2])};

const wait = time => new Promise(done => setTimeout(done, time));
const connected = async port => {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`);
  await new Promise(done => client.once('connect', done));
  return client;
};
// Whether it comes to one who is subscribed already, and whether it is given to one who subscribes later.
const asked = async (port, filter, topic) => {
  const [publisher, early, late] = [await connected(port), await connected(port), await connected(port)];
  const came = {early: false, late: false};
  early.on('message', (one, payload) => { if (one === topic && payload.length) came.early = true; });
  late.on('message', (one, payload) => { if (one === topic && payload.length) came.late = true; });
  await early.subscribeAsync(filter, {qos: 1});
  await publisher.publishAsync(topic, 'm', {qos: 1, retain: true});
  await wait(300);
  await late.subscribeAsync(filter, {qos: 1});
  await wait(300);
  await publisher.publishAsync(topic, '', {qos: 1, retain: true});
  for (const client of [publisher, early, late]) await client.endAsync(true);
  return `${came.early ? 'yes' : 'no'}, ${came.late ? 'yes' : 'no'}`;
};
const line = (...cells) => console.log('%s', cells.map(cell => cell.padEnd(14)).join(' ').trimEnd());
line('filter', 'topic', 'mosquitto', 'Aedes', '(when it comes, when it is retained)');
for (const [filter, topic] of [['room/+/level', 'room/a/level'], ['room/+/level', 'room//level'], ['+/door', '/door'],
  ['room/+', 'room/'], ['room/#', 'room'], ['room/#', 'room//level'], ['#', '/door'], ['#', '$box/level'],
  ['+/level', '$box/level'], ['$box/#', '$box/level']])
  line(filter, topic, await asked(ports.mosquitto, filter, topic), await asked(ports.Aedes, filter, topic));
process.exit();
TEXT
(cd "$folder" && timeout 60 node match.mjs "$port") | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
filter         topic          mosquitto      Aedes          (when it comes, when it is retained)
room/+/level   room/a/level   yes, yes       yes, yes
room/+/level   room//level    yes, yes       yes, no
+/door         /door          yes, yes       yes, no
room/+         room/          yes, yes       yes, no
room/#         room           yes, yes       yes, yes
room/#         room//level    yes, yes       yes, yes
#              /door          yes, yes       yes, yes
#              $box/level     no, no         no, yes
+/level        $box/level     no, no         no, yes
$box/#         $box/level     yes, yes       yes, yes
TEXT
