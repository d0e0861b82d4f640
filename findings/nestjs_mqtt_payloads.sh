#!/usr/bin/env bash
# NestJS's MQTT transport takes any JSON object with a member "data" or "pattern" for a packet of its own: of
# {"data":21.5,"at":1800000000} an event handler gets 21.5, of {"pattern":"heat","level":21.5} nothing (undefined). If
# there is "data" and "id", the event is a request: {"id":7,"data":21.5} makes the program publish
# {"isDisposed":true,"id":7} to the topic with /reply behind it. One would expect the payload as it is. The Response
# Topic and the Correlation Data of MQTT 5 mean nothing to it: without "id" in the payload a request is done, and not
# answered. Of two handlers that match a topic one is called, the exact one or the first, and under MQTT 5, where the
# broker sends a copy for each subscription, it is called twice, the other never. And a topic of one level that looks
# like a number is read as one: the handler of 1.50 is subscribed, and what comes finds no handler.
# So keep "data", "pattern" and "id" out of payloads for NestJS, or wrap them: {"pattern":"…","data":{…}}.
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
packages=(@nestjs/microservices@12.1.1 @nestjs/core@12.5.1 @nestjs/common@12.5.1 rxjs@7.8.2 reflect-metadata@0.2.2
  mqtt@5.10.3)
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error "${packages[@]}" >/dev/null)
echo "${packages[*]}, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

cat >"$folder/program.mjs" <<'TEXT'
import 'reflect-metadata';
import {NestFactory} from '@nestjs/core';
import {Controller, Module} from '@nestjs/common';
import {EventPattern, MessagePattern, Payload, Transport} from '@nestjs/microservices';
import mqtt from 'mqtt';

const url = `mqtt://127.0.0.1:${process.argv[2]}`;
let seen = [];

// What the decorators of a class in TypeScript come to.
class Handlers {}
const handler = (kind, pattern) => {
  const name = `of ${pattern}`;
  Handlers.prototype[name] = data => {
    seen.push(`${name} got ${JSON.stringify(data)}`);
    return kind === MessagePattern ? 'done' : undefined;
  };
  Payload()(Handlers.prototype, name, 0);
  kind(pattern)(Handlers.prototype, name, Object.getOwnPropertyDescriptor(Handlers.prototype, name));
};
handler(EventPattern, 'room/+');
handler(MessagePattern, 'ask/it');
handler(EventPattern, 'home/#');
handler(EventPattern, 'home/one');
handler(EventPattern, 'yard/+/level');
handler(EventPattern, 'yard/#');
handler(EventPattern, '1.50');
Controller()(Handlers);
class All {}
Module({controllers: [Handlers]})(All);
const options = {url, protocolVersion: 5};
const application = await NestFactory.createMicroservice(All, {transport: Transport.MQTT, options, logger: false});
await application.listen();

const client = mqtt.connect(url, {protocolVersion: 5});
await new Promise(done => client.once('connect', done));
let ended = () => {};
client.on('message', (topic, payload) => topic === 'end' ? ended() : seen.push(`${topic} ${payload}`));
await client.subscribeAsync(['room/+/reply', 'ask/it/reply', 'answers', 'end'], {qos: 1});
// The handlers work at once, and what they publish is on its way after a moment.
const told = async (topic, payload, properties) => {
  seen = [];
  await client.publishAsync(topic, payload, {qos: 1, properties});
  await new Promise(done => setTimeout(done, 500));
  const end = new Promise(done => ended = done);
  await client.publishAsync('end', '', {qos: 1});
  await end;
  const what = `${topic}  ${payload}${properties ? '  (Response Topic)' : ''}`;
  console.log(`${what.padEnd(40)} ${seen.length ? seen.join(', then ') : 'nothing'}`);
};
for (let tries = 0; tries < 50 && !seen.length; ++tries) { // until the handlers are subscribed
  await client.publishAsync('home/ready', '', {qos: 1});
  await new Promise(done => setTimeout(done, 200));
}
await told('room/a', '{"level":21.5,"at":1800000000}');
await told('room/a', '{"data":21.5,"at":1800000000}');
await told('room/a', '{"pattern":"heat","level":21.5}');
await told('room/a', '{"id":7,"level":21.5}');
await told('room/a', '{"id":7,"data":21.5}');
await told('ask/it', '5', {responseTopic: 'answers', correlationData: Buffer.from('7')});
await told('ask/it', '{"data":5}');
await told('ask/it', '{"data":5,"id":7}');
await told('home/one', '1');
await told('home/two', '1');
await told('yard/a/level', '1');
await told('1.50', '1');
process.exit();
TEXT
(cd "$folder" && timeout 60 node program.mjs "$port") | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
room/a  {"level":21.5,"at":1800000000}   of room/+ got {"level":21.5,"at":1800000000}
room/a  {"data":21.5,"at":1800000000}    of room/+ got 21.5
room/a  {"pattern":"heat","level":21.5}  of room/+ got undefined
room/a  {"id":7,"level":21.5}            of room/+ got {"id":7,"level":21.5}
room/a  {"id":7,"data":21.5}             of room/+ got 21.5, then room/a/reply {"isDisposed":true,"id":7}
ask/it  5  (Response Topic)              of ask/it got 5
ask/it  {"data":5}                       of ask/it got 5
ask/it  {"data":5,"id":7}                of ask/it got 5, then ask/it/reply {"response":"done","isDisposed":true,"id":7}
home/one  1                              of home/one got 1, then of home/one got 1
home/two  1                              of home/# got 1
yard/a/level  1                          of yard/+/level got 1, then of yard/+/level got 1
1.50  1                                  nothing
TEXT
