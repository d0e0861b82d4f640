#!/usr/bin/env bash
# Which messages belong to which filter, libraries of Python decide differently from the broker, and one of them in two
# ways that contradict each other. asyncio-mqtt's Topic.matches() says no to a/# and the topic a, and yes to # and
# $-topics; its filtered_messages() says the opposite, and "is deprecated, use Topic.matches()", so that who follows
# the advice loses the messages of a. For a shared subscription, $share/group/a/#, it is the other way round:
# Topic.matches() knows it; filtered_messages() and the handlers of Python's paho (message_callback_add) never get its
# messages, though the broker delivers them, and libmosquitto's mosquitto_topic_matches_sub() says that they do not
# match. No error anywhere: they go to on_message, if there is one. One would expect that the filter that one has just
# subscribed to can be given to any of them. Versions: Python paho 1.6.1, asyncio-mqtt 0.16.1, libmosquitto and broker
# mosquitto 2.0.11.
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
need libmosquitto1 2.0.11-
need python3-paho-mqtt 1.6.1-
need python3-asyncio-mqtt 0.16.1-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# Subscribes to the filter, lets everything arrive for 0.5 s after the topic has been published, and prints who got it.
cat >"$folder/ask.py" <<'TEXT'
import asyncio
import ctypes
import sys
import threading
import time
import warnings

import asyncio_mqtt
import paho.mqtt.client

port, topic_filter, topic = int(sys.argv[1]), sys.argv[2], sys.argv[3]
# A second subscription, to see what # does with what comes through another filter.
filters = [topic_filter, "$other/#"] if topic.startswith("$other/") else [topic_filter]
yes_no = {True: "yes", False: "no"}


def with_paho():
    delivered, handled, ready = [], [], threading.Event()
    client = paho.mqtt.client.Client()
    client.message_callback_add(topic_filter, lambda _, __, message: handled.append(message.topic))
    client.on_message = lambda _, __, message: delivered.append(message.topic)
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda *_: client.subscribe([(one, 1) for one in filters])
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert ready.wait(5)
    client.publish(topic, "m", 1)
    time.sleep(0.5)
    client.disconnect()
    client.loop_stop()
    return bool(delivered or handled), bool(handled)


async def with_asyncio():
    loop = asyncio.get_running_loop()
    filtered = matched = False

    async def next_of(messages):
        end = loop.time() + 0.5
        while loop.time() < end:
            try:
                yield await asyncio.wait_for(messages.__anext__(), end - loop.time())
            except asyncio.TimeoutError:
                return

    async with asyncio_mqtt.Client("127.0.0.1", port) as client:
        async with client.messages() as messages:
            await client.subscribe([(one, 1) for one in filters])
            await client.publish(topic, "m", 1)
            async for message in next_of(messages):
                matched = message.topic.matches(topic_filter)
        async with client.filtered_messages(topic_filter) as messages:
            await client.publish(topic, "m", 1)
            async for _ in next_of(messages):
                filtered = True
    return filtered, matched


def with_libmosquitto():
    result = ctypes.c_bool()
    function = ctypes.CDLL("libmosquitto.so.1").mosquitto_topic_matches_sub
    assert function(topic_filter.encode(), topic.encode(), ctypes.byref(result)) == 0
    return result.value


warnings.simplefilter("ignore")
answers = [*with_paho(), *asyncio.run(with_asyncio()), with_libmosquitto()]
print(*(yes_no[answer] for answer in answers))
TEXT

changed=0
format='%-20s %-12s %-10s %-16s %-18s %-14s %s\n'
# shellcheck disable=SC2059
shows() { # FILTER TOPIC EXPECTED
  local seen
  seen=$(timeout 30 /usr/bin/python3 "$folder/ask.py" "$port" "$1" "$2" 2>>"$folder/errors" || true)
  # shellcheck disable=SC2086
  printf "$format" "$1" "$2" ${seen:-nothing}
  if [[ $seen != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
# shellcheck disable=SC2059
printf "$format" filter topic delivered 'paho, handler' filtered_messages Topic.matches mosquitto_topic_matches_sub
shows 'a/#' a/b 'yes yes yes yes yes'
shows 'a/+/b' a//b 'yes yes yes yes yes'
shows 'a/#' a 'yes yes yes no yes'
shows "\$share/group/a/#" a/b 'yes no no yes no'
shows '#' "\$other/x" 'yes no no yes no'
((changed == 0))
