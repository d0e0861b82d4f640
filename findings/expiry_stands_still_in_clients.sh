#!/usr/bin/env bash
# The Message Expiry Interval of MQTT 5 counts from the moment the broker has the message. What waits in a client
# because the broker is away does not grow older: libmosquitto, Eclipse's C and C++ client, its Python client and
# mqtt.js send a message that may live 3 s after it has waited for 6, with its whole 3 s. Who means "worth nothing
# after 3 s" has to look at the clock himself.
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
need g++ 4:12.2
need libmosquitto-dev 2.0.11-
need libpaho-mqttpp-dev 1.2.0-
need libpaho-mqtt-dev 1.3.12-
need python3-paho-mqtt 1.6.1-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error mqtt@5.10.3 >/dev/null)
echo "mqtt.js $(node -p "require('$folder/node_modules/mqtt/package.json').version"), Node.js $(node --version)"

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

# Each connects and says "up"; when the connection has gone it publishes at QoS 1 with an expiry of 3 s, and says "waits".
cat >"$folder/client.py" <<'TEXT'
import sys
import threading
import time
from paho.mqtt import client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

up, down = threading.Event(), threading.Event()
client = mqtt.Client(protocol=mqtt.MQTTv5)
client.on_connect = lambda *_: up.set()
client.on_disconnect = lambda *_: down.set()
client.reconnect_delay_set(1, 1)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
up.wait()
print("up", flush=True)
down.wait()
properties = Properties(PacketTypes.PUBLISH)
properties.MessageExpiryInterval = 3
client.publish("away", "m", 1, properties=properties)
print("waits", flush=True)
time.sleep(60)
TEXT
cat >"$folder/client.c" <<'TEXT'
#include <mosquitto.h>
#include <mqtt_protocol.h>
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
  mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, 5);
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
  mosquitto_property* properties = NULL;
  mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, 3);
  mosquitto_publish_v5(client, NULL, "away", 1, "m", 1, 0, properties);
  puts("waits");
  fflush(stdout);
  sleep(60);
}
TEXT
cat >"$folder/client.cpp" <<'TEXT'
#include <mqtt/async_client.h>

#include <atomic>
#include <iostream>
#include <thread>

using namespace std::chrono_literals;

int main(int, char** arguments) {
  auto create = mqtt::create_options(MQTTVERSION_5);
  create.set_send_while_disconnected(true);
  create.set_max_buffered_messages(100);
  mqtt::async_client client("tcp://127.0.0.1:" + std::string(arguments[1]), "paho", create);
  std::atomic<bool> down{false};
  client.set_connection_lost_handler([&](const std::string&) { down = true; });
  mqtt::connect_options options;
  options.set_mqtt_version(MQTTVERSION_5);
  options.set_clean_start(true);
  options.set_automatic_reconnect(1s, 1s);
  client.connect(options)->wait();
  std::cout << "up" << std::endl;
  while (!down) std::this_thread::sleep_for(1ms);
  auto message = mqtt::make_message("away", "m", 1, false);
  message->set_properties({{mqtt::property::MESSAGE_EXPIRY_INTERVAL, 3}});
  const auto token = client.publish(message);
  std::cout << "waits" << std::endl;
  std::this_thread::sleep_for(60s);
}
TEXT
cat >"$folder/client.cjs" <<'TEXT'
const client = require('mqtt').connect(`mqtt://127.0.0.1:${process.argv[2]}`, {protocolVersion: 5, reconnectPeriod: 1000});
client.on('error', () => {});
client.once('connect', () => console.log('up'));
client.once('close', () => {
  client.publish('away', 'm', {qos: 1, properties: {messageExpiryInterval: 3}});
  console.log('waits');
});
TEXT
gcc "$folder/client.c" -o "$folder/client_c" -lmosquitto
g++ -std=c++20 "$folder/client.cpp" -o "$folder/client_cpp" -lpaho-mqttpp3 -lpaho-mqtt3as

changed=0
shows() { # NAME EXPECTED SEEN
  printf '%-60s %s\n' "$1" "$3"
  if [[ $2 != "$3" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}

told() { # COMMAND…: what came of a message that had waited for 6 s, and what its expiry was
  broker
  mosquitto_sub -V 5 -x 100 -h 127.0.0.1 -p "$port" -c -i listens -q 1 -t away -E
  : >"$folder/said" # not what the one before has said
  timeout 60 "$@" "$port" >"$folder/said" 2>&1 &
  local client=$!
  says up
  kill "$broker"
  wait "$broker" || true
  says waits
  sleep 6
  broker
  timeout 20 mosquitto_sub -V 5 -x 100 -h 127.0.0.1 -p "$port" -c -i listens -q 1 -t away -W 10 -C 1 -F '%p, to live for %E s' ||
    echo 'nothing came'
  kill "$client"
  wait "$client" 2>/dev/null || true
  mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -i listens -t away -E
  kill "$broker"
  wait "$broker" || true
}
shows 'Python, paho-mqtt' 'm, to live for 3 s' "$(told /usr/bin/python3 "$folder/client.py")"
shows 'C, libmosquitto' 'm, to live for 3 s' "$(told "$folder/client_c")"
shows 'C++, paho.mqtt.cpp on paho.mqtt.c' 'm, to live for 3 s' "$(told "$folder/client_cpp")"
shows 'JavaScript, mqtt.js' 'm, to live for 3 s' "$(told node "$folder/client.cjs")"
((changed == 0))
