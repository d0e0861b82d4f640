#!/usr/bin/env bash
# To Debian's prometheus-mqtt-exporter (mqtt2prometheus) the last level of a topic is the sensor: of home/b and garden/b
# /metrics shows what came last, although the topic is a label too, and nothing counts what was lost. A message of
# which one value is a text that is no number ("unavailable") is dropped whole. What has none of the values in it, an empty
# payload or a bare number among them, counts as a success. true is 1, "21.5" a number, null is nothing.
# One must set mqtt.device_id_regex so that the sensor's name is unique, send numbers or leave them out, and not trust
# received_messages{status="success"}.
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
need prometheus-mqtt-exporter 0.1.7-
need curl 7.88.1-
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
until_ok() { # COMMAND…
  for ((i = 0; i < 100; ++i)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "in vain: $*" >&2
  exit 1
}
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
while web=$((20000 + RANDOM % 12000)) && { listens "$web" || ((web == port)); }; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
until_ok listens "$port"
cat >"$folder/exporter.yaml" <<TEXT
mqtt: {server: "tcp://127.0.0.1:$port", topic_path: "#", qos: 1}
cache: {timeout: 24h}
metrics:
  - {prom_name: temperature, mqtt_name: temperature, help: t, type: gauge}
  - {prom_name: level, mqtt_name: level, help: l, type: gauge}
TEXT
prometheus-mqtt-exporter -config "$folder/exporter.yaml" -listen-address 127.0.0.1 -listen-port "$web" >"$folder/exporter.log" 2>&1 &
pids+=($!)
until_ok listens "$web"
metrics() { curl -sS -m 10 "http://127.0.0.1:$web/metrics" | grep -E '^(temperature|level|received_messages)' || true; }
publish() { mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 -t "$1" -m "$2"; }
subscribed() { publish first/first '{"level":0}' && metrics | grep -q 'first'; }
until_ok subscribed

publish home/a '{"temperature":21.5,"level":7}'
publish home/b '{"temperature":21.5}'
publish garden/b '{"temperature":5}'
publish home/c '{"temperature":"21.5","level":true}'
publish home/d '{"temperature":null,"level":12345678901234567890}'
publish home/e '{"temperature":"unavailable","level":7}'
publish home/f ''
publish home/g 21.5
publish home/h '[{"temperature":21.5}]'
came() { [[ $(metrics) == *home/h* ]]; }
until_ok came
metrics | sed -E 's/ [0-9]{13}$//' >"$folder/metrics"

changed=0
shows() { # TOPIC (AND TOPIC…) EXPECTED
  local seen topic=$1
  seen=$(grep -E "topic=\"(${topic// /|})\"" "$folder/metrics" | grep -v first |
    sed -E 's/received_messages\{status="([^"]*)".*/\1/; s/\{.*topic="([^"]*)"\}/ of \1:/' | sort | tr '\n' ';')
  printf '%-16s %s\n' "$topic" "$seen"
  if [[ $seen != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
shows home/a 'level of home/a: 7;success;temperature of home/a: 21.5;'
shows 'home/b garden/b' 'success;success;temperature of garden/b: 5;'
shows home/c 'level of home/c: 1;success;temperature of home/c: 21.5;'
shows home/d 'level of home/d: 1.2345678901234567e+19;success;'
shows home/e 'storeError;'
shows home/f 'success;'
shows home/g 'success;'
shows home/h 'success;'
((changed == 0))
