#!/usr/bin/env bash
# While the connection is away, publish() of Eclipse's Python client and of libmosquitto says "not connected" (4), and of
# QoS 1 and 2 it keeps the message all the same and sends it when the connection is back: who tries again until it
# says 0 has it delivered twice. Eclipse's Go client does the opposite at QoS 0: no error, and the message never goes
# out. mqtt.js sends what waits of QoS 0 behind all that waits of QoS 1 and 2, whatever came first.
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
need gcc 4:12.2
need libmosquitto-dev 2.0.11-
need python3-paho-mqtt 1.6.1-
need golang-go 2:1.19
need golang-github-eclipse-paho.mqtt.golang-dev 1.1.1-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error mqtt@5.10.3 >/dev/null)
echo "mqtt.js $(node -p "require('$folder/node_modules/mqtt/package.json').version"), Node.js $(node --version)"
export HOME=$folder GOCACHE=$folder/go GO111MODULE=off GOPATH=/usr/share/gocode

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' 'persistence true' "persistence_location $folder/" \
  >"$folder/mosquitto.conf"

broker() {
  mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
  broker=$!
  pids+=("$broker")
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then return; fi
    sleep 0.1
  done
}
says() { # WORD: the client does, within 30 s
  for ((i = 0; i < 300; ++i)); do
    if grep -q "^$1" "$folder/said"; then return; fi
    sleep 0.1
  done
  echo "the client did not say $1" >&2
  exit 1
}

# Each connects and says "up"; when the connection has gone it publishes a message of each QoS, says what publish() told,
# then "waits"; the library connects anew.
cat >"$folder/client.py" <<'TEXT'
import sys
import threading
import time
from paho.mqtt import client as mqtt

up, down = threading.Event(), threading.Event()
client = mqtt.Client()
client.on_connect = lambda *_: up.set()
client.on_disconnect = lambda *_: down.set()
client.reconnect_delay_set(1, 1)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
up.wait()
print("up", flush=True)
down.wait()
print("told", *[client.publish("away", str(qos), qos).rc for qos in (0, 1, 2)])
print("waits", flush=True)
time.sleep(60)
TEXT
cat >"$folder/client.c" <<'TEXT'
#include <mosquitto.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int up, down;
static void connected(struct mosquitto* client, void* context, int code) { up = 1; }
static void disconnected(struct mosquitto* client, void* context, int code) { down = 1; }

int main(int count, char** arguments) {
  mosquitto_lib_init();
  struct mosquitto* client = mosquitto_new(NULL, 1, NULL);
  mosquitto_connect_callback_set(client, connected);
  mosquitto_disconnect_callback_set(client, disconnected);
  mosquitto_reconnect_delay_set(client, 1, 1, 0);
  mosquitto_connect(client, "127.0.0.1", atoi(arguments[1]), 60);
  mosquitto_loop_start(client);
  while (!up) usleep(1000);
  puts("up");
  fflush(stdout);
  while (!down) usleep(1000);
  usleep(200000);
  printf("told");
  for (int qos = 0; qos < 3; ++qos) {
    char payload[2] = {(char)('0' + qos), 0};
    printf(" %d", mosquitto_publish(client, NULL, "away", 1, payload, qos, 0));
  }
  puts("\nwaits");
  fflush(stdout);
  sleep(60);
}
TEXT
cat >"$folder/client.go" <<'TEXT'
package main

import (
	"fmt"
	"os"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

func main() {
	down := make(chan int, 9)
	options := mqtt.NewClientOptions().AddBroker("tcp://127.0.0.1:" + os.Args[1]).SetMaxReconnectInterval(time.Second)
	options.SetConnectionLostHandler(func(mqtt.Client, error) { down <- 1 })
	client := mqtt.NewClient(options)
	client.Connect().Wait()
	fmt.Println("up")
	<-down
	told := "told"
	for qos := byte(0); qos < 3; qos++ {
		token := client.Publish("away", qos, false, fmt.Sprint(qos))
		ended := token.WaitTimeout(300 * time.Millisecond)
		told += fmt.Sprintf(" %v,%v", token.Error(), ended)
	}
	fmt.Println(told)
	fmt.Println("waits")
	time.Sleep(time.Minute)
}
TEXT
cat >"$folder/client.cjs" <<'TEXT'
const client = require('mqtt').connect(`mqtt://127.0.0.1:${process.argv[2]}`, {reconnectPeriod: 1000});
client.on('error', () => {});
client.once('connect', () => console.log('up'));
client.once('close', () => {
  for (const qos of [0, 1, 2]) client.publish('away', `${qos}`, {qos});
  console.log('told nothing\nwaits');
});
TEXT
gcc "$folder/client.c" -o "$folder/client_c" -lmosquitto
go build -o "$folder/client_go" "$folder/client.go"

changed=0
shows() { # NAME EXPECTED SEEN
  printf '%-60s %s\n' "$1" "$3"
  if [[ $2 != "$3" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}

told() { # COMMAND…: what publish() said, and what came
  broker
  # A session that outlives the broker, so that nothing can come before somebody listens.
  mosquitto_sub -h 127.0.0.1 -p "$port" -c -i listens -q 2 -t away -E
  : >"$folder/said" # not what the one before has said
  timeout 60 "$@" "$port" >"$folder/said" 2>&1 &
  local client=$!
  says up
  kill "$broker"
  wait "$broker" || true
  says waits
  broker
  local came
  came=$(timeout 20 mosquitto_sub -h 127.0.0.1 -p "$port" -c -i listens -q 2 -t away -W 5 -F %p 2>/dev/null | tr '\n' ' ' || true)
  kill "$client"
  wait "$client" 2>/dev/null || true
  mosquitto_sub -h 127.0.0.1 -p "$port" -i listens -t away -E
  kill "$broker"
  wait "$broker" || true
  echo "$(grep '^told' "$folder/said"), came ${came% }"
}
shows 'Python, paho-mqtt' 'told 4 4 4, came 1 2' "$(told /usr/bin/python3 "$folder/client.py")"
shows 'C, libmosquitto' 'told 4 4 4, came 1 2' "$(told "$folder/client_c")"
shows 'Go, paho.mqtt.golang (error, ended)' 'told <nil>,true <nil>,false <nil>,false, came 1 2' "$(told "$folder/client_go")"
shows 'JavaScript, mqtt.js' 'told nothing, came 1 2 0' "$(told node "$folder/client.cjs")"
((changed == 0))
