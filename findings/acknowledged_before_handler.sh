#!/usr/bin/env bash
# QoS 1 promises "at least once", but to whom? Some libraries send PUBACK before the handler has done its work, so that
# the message during which the process dies is lost, session and QoS or not: libmosquitto, Eclipse's C client with its
# MQTTClient functions, Eclipse's Go client, asyncio-mqtt, and mqtt.js for what an async handler awaits. Of others one
# gets the message again: Eclipse's C client with its MQTTAsync functions (the same library), Python's paho, mqtt.js
# when the handler does all before it returns, and FuseSource's for Java, where one says ack() oneself. One would
# expect that of all. That a handler of MQTTClient may return 0, to get the message again, does not help: the broker
# has been told by then. Below, each has a session and QoS 1, its handler kills its process after 0.3 s, and another
# client takes the session up: it gets the message "again", or it is "lost", and the next one comes. Versions:
# libmosquitto 2.0.11, paho.mqtt.c 1.3.12, Python paho 1.6.1, asyncio-mqtt 0.16.1, Eclipse's Go client 1.1.1,
# FuseSource's mqtt-client 1.16, mqtt.js 5.10.3; broker mosquitto 2.0.11.
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
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "$1" >/dev/null
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
need gcc 4:12.2
need libmosquitto-dev 2.0.11-
need libpaho-mqtt-dev 1.3.12-
need python3-paho-mqtt 1.6.1-
need python3-asyncio-mqtt 0.16.1-
need golang-go 2:1.19
need golang-github-eclipse-paho.mqtt.golang-dev 1.1.1-
need libmqtt-client-java 1.16-
need default-jdk-headless 2:1.17
(cd "$folder" && timeout 300 npm install --no-audit --no-fund --loglevel=error mqtt@5.10.3 >/dev/null)
echo "mqtt.js 5.10.3, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' 'log_type all' >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# Each program takes a port and a name, which is its client identifier and its topic.
cat >"$folder/mosq.c" <<'TEXT'
#include <mosquitto.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static void connected(struct mosquitto *m, void *name, int rc) { mosquitto_subscribe(m, NULL, name, 1); }
static void message(struct mosquitto *m, void *name, const struct mosquitto_message *it) {
  usleep(300000);
  raise(SIGKILL);
}
int main(int argc, char **argv) {
  mosquitto_lib_init();
  struct mosquitto *m = mosquitto_new(argv[2], false, argv[2]);
  mosquitto_connect_callback_set(m, connected);
  mosquitto_message_callback_set(m, message);
  if (mosquitto_connect(m, "127.0.0.1", atoi(argv[1]), 60)) return 1;
  return mosquitto_loop_forever(m, -1, 1);
}
TEXT
cat >"$folder/paho.c" <<'TEXT'
#include <MQTTClient.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static int message(void *context, char *topic, int size, MQTTClient_message *it) {
  usleep(300000);
  return raise(SIGKILL);
}
int main(int argc, char **argv) {
  char url[64];
  MQTTClient client;
  MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
  options.cleansession = 0;
  snprintf(url, sizeof url, "tcp://127.0.0.1:%s", argv[1]);
  MQTTClient_create(&client, url, argv[2], MQTTCLIENT_PERSISTENCE_NONE, NULL);
  MQTTClient_setCallbacks(client, NULL, NULL, message, NULL);
  if (MQTTClient_connect(client, &options) || MQTTClient_subscribe(client, argv[2], 1)) return 1;
  sleep(30);
}
TEXT
cat >"$folder/paho_async.c" <<'TEXT'
#include <MQTTAsync.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static MQTTAsync client;
static int message(void *context, char *topic, int size, MQTTAsync_message *it) {
  usleep(300000);
  return raise(SIGKILL);
}
static void connected(void *name, MQTTAsync_successData *data) { MQTTAsync_subscribe(client, name, 1, NULL); }
int main(int argc, char **argv) {
  char url[64];
  MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
  options.cleansession = 0;
  options.onSuccess = connected;
  options.context = argv[2];
  snprintf(url, sizeof url, "tcp://127.0.0.1:%s", argv[1]);
  MQTTAsync_create(&client, url, argv[2], MQTTCLIENT_PERSISTENCE_NONE, NULL);
  MQTTAsync_setCallbacks(client, NULL, NULL, message, NULL);
  if (MQTTAsync_connect(client, &options)) return 1;
  sleep(30);
}
TEXT
cat >"$folder/with_paho.py" <<'TEXT'
import os
import signal
import sys
import time

import paho.mqtt.client


def handler(*_):
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)


client = paho.mqtt.client.Client(sys.argv[2], clean_session=False)
client.on_connect = lambda *_: client.subscribe(sys.argv[2], 1)
client.on_message = handler
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_forever()
TEXT
cat >"$folder/with_asyncio.py" <<'TEXT'
import asyncio
import os
import signal
import sys

import asyncio_mqtt


async def main():
    host = {"hostname": "127.0.0.1", "port": int(sys.argv[1])}
    async with asyncio_mqtt.Client(**host, client_id=sys.argv[2], clean_session=False) as client:
        async with client.messages() as messages:
            await client.subscribe(sys.argv[2], 1)
            async for _ in messages:
                await asyncio.sleep(0.3)
                os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(main())
TEXT
mkdir "$folder/go"
cat >"$folder/go/main.go" <<'TEXT'
package main

import (
	"os"
	"syscall"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

func main() {
	options := mqtt.NewClientOptions().AddBroker("tcp://127.0.0.1:" + os.Args[1])
	client := mqtt.NewClient(options.SetClientID(os.Args[2]).SetCleanSession(false))
	if token := client.Connect(); token.Wait() && token.Error() != nil {
		os.Exit(1)
	}
	client.Subscribe(os.Args[2], 1, func(_ mqtt.Client, _ mqtt.Message) {
		time.Sleep(300 * time.Millisecond)
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	})
	time.Sleep(30 * time.Second)
}
TEXT
cat >"$folder/Fuse.java" <<'TEXT'
import org.fusesource.mqtt.client.*;

public class Fuse {
  public static void main(String[] args) throws Exception {
    MQTT mqtt = new MQTT();
    mqtt.setHost("127.0.0.1", Integer.parseInt(args[0]));
    mqtt.setClientId(args[1]);
    mqtt.setCleanSession(false);
    BlockingConnection connection = mqtt.blockingConnection();
    connection.connect();
    connection.subscribe(new Topic[] {new Topic(args[1], QoS.AT_LEAST_ONCE)});
    connection.receive();
    Thread.sleep(300);
    Runtime.getRuntime().halt(137);
  }
}
TEXT
cat >"$folder/mqttjs.mjs" <<'TEXT'
import { setTimeout } from 'node:timers/promises';
import mqtt from 'mqtt';

const [port, name] = process.argv.slice(2);
const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { clientId: name, clean: false });
client.on('connect', () => client.subscribe(name, { qos: 1 }));
client.on('message', async () => {
  if (name === 'mqttjs_await') await setTimeout(300);
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  process.kill(process.pid, 'SIGKILL');
});
TEXT
gcc -w "$folder/mosq.c" -o "$folder/mosq" -lmosquitto
gcc -w "$folder/paho.c" -o "$folder/paho" -lpaho-mqtt3c
gcc -w "$folder/paho_async.c" -o "$folder/paho_async" -lpaho-mqtt3a
jars=/usr/share/java
jars=$jars/mqtt-client.jar:$jars/hawtbuf.jar:$jars/hawtdispatch.jar:$jars/hawtdispatch-transport.jar:$folder
nice javac -cp "$jars" "$folder/Fuse.java"
(cd "$folder/go" && HOME=$folder GOCACHE=$folder/cache GO111MODULE=off GOPATH=/usr/share/gocode \
  nice timeout 200 go build -o ../paho_go main.go)

changed=0
shows() { # NAME EXPECTED COMMAND…
  local name=$1 expected=$2 pid seen
  (timeout 30 "${@:3}" "$port" "$name" >/dev/null || true) 2>>"$folder/errors" & # bash says "Killed" there
  pid=$!
  pids+=("$pid")
  for ((i = 0; i < 200; ++i)); do
    if grep -q "Sending SUBACK to $name$" "$folder/log"; then break; fi
    sleep 0.1
  done
  mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "$name" -m again
  wait "$pid" 2>/dev/null || true # its handler has been called
  mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "$name" -m lost
  # What the session has for who comes next: the message once more, or only what was sent after it.
  seen=$(mosquitto_sub -h 127.0.0.1 -p "$port" -i "$name" -c -t "$name" -q 1 -C 1 -W 10 2>&1 || true)
  printf '%-14s %s\n' "$name" "$seen"
  if [[ $seen != "$expected" ]]; then
    echo "  was $expected when this was written"
    changed=1
  fi
}
shows libmosquitto lost "$folder/mosq"
shows paho_c lost "$folder/paho"
shows asyncio_mqtt lost /usr/bin/python3 "$folder/with_asyncio.py"
shows mqttjs_await lost node "$folder/mqttjs.mjs"
shows paho_go lost "$folder/paho_go"
shows paho_c_async again "$folder/paho_async"
shows mqttjs again node "$folder/mqttjs.mjs"
shows paho_python again /usr/bin/python3 "$folder/with_paho.py"
shows fusesource again java -cp "$jars" Fuse
((changed == 0))
