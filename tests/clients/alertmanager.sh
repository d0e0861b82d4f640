#!/usr/bin/env bash
# Prometheus Alertmanager: its webhook goes to a topic as it is.
# shellcheck source=tests/clients/support.sh
source ./support.sh

port=$(free_port)
cat >"$scratch/alertmanager.yml" <<TEXT
route: { receiver: bridge, group_wait: 0s, group_interval: 1s }
receivers:
  - name: bridge
    webhook_configs:
      - url: $BRIDGE/topics/alertmanager/alerts?qos=1
TEXT
timeout 60 mosquitto_sub -h 127.0.0.1 -p "$BROKER_PORT" -t alertmanager/alerts -C 1 >"$scratch/alert" &
pid_of[own_witness]=$!
start alertmanager prometheus-alertmanager --config.file "$scratch/alertmanager.yml" --storage.path "$scratch/data" \
  --web.listen-address "127.0.0.1:$port" --cluster.listen-address ''
wait_until_listens "$port"
until [[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/-/ready") == 200 ]]; do sleep 0.1; done
# expect: posted 200
ask posted -H 'Content-Type: application/json' \
  -d '[{"labels":{"alertname":"Hot","room":"küche"},"annotations":{"summary":"23 °C"}}]' "http://127.0.0.1:$port/api/v2/alerts"
# expect: alert firing alertmanager/alerts q1 application/json *
wait "${pid_of[own_witness]}" || true
jq -r 'if .version == "4" and .alerts[0].labels.room == "küche" then "alert " + .status else "alert unknown" end' "$scratch/alert"
