#!/usr/bin/env bash
# mqtt.js, "subscribed topics are automatically subscribed again": not if the broker refused one of them. Of a list of
# filters of which one is refused the others are granted, and their messages come; when the connection has been lost and
# is back, none of the list is subscribed any more, without a word, and nothing comes. One would expect that the granted
# ones are. The callback gets an error that names no filter, and the list given beside it says QoS 1 for the refused one
# too. So subscribe to each filter with a call of its own. And a filter that is subscribed already is not sent again,
# unless the QoS is higher: no retained message comes, new options (No Local, Retain Handling) and a lower QoS are not
# told to the broker, and the callback gets an empty list, without an error.
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
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error mqtt@5.16.0 >/dev/null)
echo "mqtt.js $(node -p "require('$folder/node_modules/mqtt/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
mosquitto_ctrl dynsec init "$folder/dynsec.json" admin secret >/dev/null
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous false' \
  "plugin $(dpkg-query -L mosquitto | grep mosquitto_dynamic_security.so)" \
  "plugin_opt_config_file $folder/dynsec.json" >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
# The user `device` may publish everything, and subscribe to what is below allowed/.
control() { timeout 10 mosquitto_ctrl -h 127.0.0.1 -p "$port" -u admin -P secret dynsec "$@" >/dev/null 2>&1; }
control createClient device -p word
control createRole role
control addRoleACL role subscribePattern 'allowed/#' allow
control addRoleACL role publishClientSend '#' allow
control addRoleACL role publishClientReceive '#' allow
control addClientRole device role

cat >"$folder/subscribe.cjs" <<'TEXT'
const net = require('net');
const mqtt = require('mqtt');
const broker = Number(process.argv[2]);
const wait = time => new Promise(done => setTimeout(done, time));

// The way to the broker, which can be cut.
const sockets = new Set();
const relay = net.createServer(near => {
  const far = net.connect(broker, '127.0.0.1');
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on('error', () => {});
  }
  near.pipe(far).pipe(near);
});
const cut = () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
};

const connected = async (port, protocolVersion) => {
  const options = {protocolVersion, username: 'device', password: 'word', reconnectPeriod: 200};
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, options);
  await new Promise(done => client.once('connect', done));
  return client;
};

(async () => {
  await new Promise(done => relay.listen(0, '127.0.0.1', done));
  const publisher = await connected(broker, 5);
  for (const version of [4, 5]) {
    for (const list of [['allowed/1'], ['allowed/1', 'other'], ['allowed/1', 'allowed/2', 'other']]) {
      const client = await connected(relay.address().port, version);
      let came = 0;
      client.on('message', () => ++came);
      const told = await new Promise(done => client.subscribe(list, {qos: 1}, (error, granted) =>
        done(`${error ? error.message : 'no error'}, ${granted.map(one => one.qos)}`)));
      const comes = async () => {
        came = 0;
        await publisher.publishAsync('allowed/1', 'm', {qos: 1});
        await wait(500);
        return came;
      };
      const before = await comes();
      const back = new Promise(done => client.once('connect', done));
      cut();
      await back;
      await wait(500);
      console.log(`MQTT ${version === 4 ? '3.1.1' : '5'}, [${list}]: ${told}`);
      console.log(`  messages to allowed/1: ${before}, connected anew: ${await comes()}`);
      await client.endAsync(true);
    }
  }

  await publisher.publishAsync('allowed/kept', 'm', {qos: 1, retain: true});
  const client = await connected(broker, 5);
  let sent = false, came = 0;
  client.on('packetsend', packet => { if (packet.cmd === 'subscribe') sent = true; });
  client.on('message', () => ++came);
  for (const options of [{qos: 1}, {qos: 1}, {qos: 0}, {qos: 1, nl: true}, {qos: 1, rh: 0}, {qos: 2}]) {
    sent = false;
    came = 0;
    const granted = await client.subscribeAsync('allowed/kept', options);
    await wait(500);
    const what = `${JSON.stringify(options).padEnd(19)} ${sent ? 'sent' : 'not sent'}`;
    console.log(`${what}, granted: ${granted.length}, retained messages: ${came}`);
  }
  process.exit();
})();
TEXT
(cd "$folder" && timeout 60 node subscribe.cjs "$port") | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
MQTT 3.1.1, [allowed/1]: no error, 1
  messages to allowed/1: 1, connected anew: 1
MQTT 3.1.1, [allowed/1,other]: Subscribe error: Unspecified error, 1,1
  messages to allowed/1: 1, connected anew: 0
MQTT 3.1.1, [allowed/1,allowed/2,other]: Subscribe error: Unspecified error, 1,1,1
  messages to allowed/1: 1, connected anew: 0
MQTT 5, [allowed/1]: no error, 1
  messages to allowed/1: 1, connected anew: 1
MQTT 5, [allowed/1,other]: Subscribe error: Not authorized, 1,1
  messages to allowed/1: 1, connected anew: 0
MQTT 5, [allowed/1,allowed/2,other]: Subscribe error: Not authorized, 1,1,1
  messages to allowed/1: 1, connected anew: 0
{"qos":1}           sent, granted: 1, retained messages: 1
{"qos":1}           not sent, granted: 0, retained messages: 0
{"qos":0}           not sent, granted: 0, retained messages: 0
{"qos":1,"nl":true} not sent, granted: 0, retained messages: 0
{"qos":1,"rh":0}    not sent, granted: 0, retained messages: 0
{"qos":2}           sent, granted: 1, retained messages: 1
TEXT
