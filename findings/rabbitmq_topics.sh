#!/usr/bin/env bash
# RabbitMQ keeps MQTT's topics in AMQP's form, where a dot separates levels and * is the + of MQTT. So what is published to
# "site/v1.2/load" arrives as "site/v1/2/load" and matches the filter "site/+/+/load", and "t/*/x" arrives as "t/+/x", which
# no subscriber may even publish to. And a retained message is given to a new subscription of exactly its topic, not to one
# with a wildcard. Use neither dots nor * in topics there, and read retained values by their whole names.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
chmod 755 "$folder"
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE VERSION
  local version policy=/usr/sbin/policy-rc.d
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    # the service is not started
    if [[ -e $policy ]]; then policy=$folder/policy; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
    rm "$policy"
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need rabbitmq-server 3.10.8-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
echo '[rabbitmq_mqtt].' >"$folder/enabled_plugins"
cat >"$folder/rabbitmq.conf" <<TEXT
listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:$port
TEXT
export HOME=$folder RABBITMQ_NODENAME=finding@localhost RABBITMQ_MNESIA_BASE=$folder/data RABBITMQ_LOG_BASE=$folder/log \
  RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins \
  RABBITMQ_PID_FILE=$folder/pid RABBITMQ_GENERATED_CONFIG_DIR=$folder/generated RABBITMQ_DIST_PORT=$((port + 2)) \
  ERL_EPMD_PORT=$((port + 1)) ERL_EPMD_ADDRESS=127.0.0.1
epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
pids+=($!)
timeout 120 /usr/lib/rabbitmq/bin/rabbitmq-server >"$folder/said" 2>&1 &
pids+=($!)
for ((i = 0; i < 600; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

here=(-h 127.0.0.1 -p "$port" -u guest -P guest)
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-44s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
timeout 30 mosquitto_sub "${here[@]}" -t 't/#' -t 'ready/#' -F '%t %p' >"$folder/seen" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  mosquitto_pub "${here[@]}" -q 1 -t ready/now -m x
  if grep -q ready "$folder/seen"; then break; fi
  sleep 0.1
done
arrives_as() { # TOPIC
  mosquitto_pub "${here[@]}" -q 1 -t "$1" -m "$1"
  for ((i = 0; i < 50; ++i)); do
    if grep -qF " $1" "$folder/seen"; then break; fi
    sleep 0.1
  done
  grep -F " $1" "$folder/seen" | cut -d ' ' -f 1
}
given() { # FILTER: the retained message that a new subscription gets
  { timeout 20 mosquitto_sub "${here[@]}" -t "$1" -C 1 -W 2 -F '%r %p' 2>/dev/null || true; } | tail -n 1
}
shows 't/v1.2/load arrives as' t/v1/2/load "$(arrives_as t/v1.2/load)"
shows 't/*/x arrives as' 't/+/x' "$(arrives_as 't/*/x')"
shows 't/plain arrives as' t/plain "$(arrives_as t/plain)"
mosquitto_pub "${here[@]}" -q 1 -r -t k/one/value -m kept
shows 'the retained k/one/value, for k/one/value' '1 kept' "$(given k/one/value)"
shows '  for k/+/value' '' "$(given 'k/+/value')"
shows '  for k/#' '' "$(given 'k/#')"
((changed == 0))
