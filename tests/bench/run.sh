#!/usr/bin/env bash
# The bridge beside the tutorial's Django application under gunicorn: the same broker, the same load by wrk, the
# same subscriber that counts. Loopback only; everything it starts has ended when it ends.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=tests/bench/processes.sh
source "$here/processes.sh"

bridge=$1
rounds=${BENCH_ROUNDS:-3}
seconds=${BENCH_SECONDS:-5}
starts=${BENCH_STARTS:-10}

scratch=$(mktemp -d)
declare -A pid_of port_of
trap 'stop "${pid_of[@]}"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

start_broker() {
  port_of[broker]=$(free_port 21883)
  cat >"$scratch/mosquitto.conf" <<TEXT
listener ${port_of[broker]} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_inflight_messages 0
log_dest none
TEXT
  PATH=$PATH:/usr/sbin mosquitto -c "$scratch/mosquitto.conf" &
  pid_of[broker]=$!
  wait_until_listens "${port_of[broker]}"
}

start_bridge() {
  env -i PATH="$PATH" "$bridge" --mqtt-server 127.0.0.1 --mqtt-port "${port_of[broker]}" --state-dir none \
    --http-port "${port_of[bridge]}" >"$scratch/bridge.log" 2>&1 &
  pid_of[bridge]=$!
}

start_django() {
  env -i PATH="$PATH" MQTT_PORT="${port_of[broker]}" PYTHONDONTWRITEBYTECODE=1 gunicorn --chdir "$here/django" \
    --workers 2 --worker-class gthread --threads 32 --keep-alive 60 --log-level error \
    --bind "127.0.0.1:${port_of[django]}" wsgi >"$scratch/django.log" 2>&1 &
  pid_of[django]=$!
}

start_subscriber() {  # TOPIC QOS
  # The retained message comes first: what it arrives in is subscribed.
  mosquitto_pub -h 127.0.0.1 -p "${port_of[broker]}" -t "$1" -r -m subscribed
  mosquitto_sub -h 127.0.0.1 -p "${port_of[broker]}" -t "$1" -q "$2" -F %p >"$scratch/delivered" &
  pid_of[subscriber]=$!
  local deadline=$((SECONDS + 5))
  until [[ -s $scratch/delivered ]]; do
    if ((SECONDS > deadline)); then echo "the subscriber did not come up" >&2; return 1; fi
    sleep 0.02
  done
}

# How many different messages arrived; waits for as many as were answered, for 10 s at most.
delivered() {  # ANSWERED
  local deadline=$((SECONDS + 10)) count=0
  while ((count < $1 && SECONDS < deadline)); do
    sleep 0.2
    count=$(grep -E '^[0-9]+$' "$scratch/delivered" | sort -u | wc -l)
  done
  echo "$count"
}

measure() {  # APPLICATION QOS CLIENTS ROUND
  local application=$1 qos=$2 clients=$3 run="$1-$2-$3-$4" before figures
  start_subscriber "bench/$run" "$qos"
  before=$(cpu_us "${pid_of[$application]}")
  figures=$(wrk -t 1 -c "$clients" -d "${seconds}s" -s "$here/publish.lua" \
    "http://127.0.0.1:${port_of[$application]}" -- "$qos" "$run" | grep '^figures')
  local cpu=$(($(cpu_us "${pid_of[$application]}") - before))
  local answered refused broken us p50 p99 pair
  for pair in ${figures#figures }; do declare "$pair"; done
  answered=$((answered - refused))
  local arrived
  arrived=$(delivered "$answered")
  stop "${pid_of[subscriber]}"
  unset 'pid_of[subscriber]'
  echo "$application $qos $clients $((answered * 1000000 / us)) $((cpu / (answered + refused + 1))) $p50 $p99" \
    "$answered $arrived $((answered > arrived ? answered - arrived : 0)) $((refused + broken))" >>"$scratch/results"
}

first_answer_ms() {  # APPLICATION
  local start answer
  start=${EPOCHREALTIME/./}
  "start_$1"
  until { exec 8<>"/dev/tcp/127.0.0.1/${port_of[$1]}"; } 2>/dev/null; do
    if ((${EPOCHREALTIME/./} - start > 15000000)); then echo "$1 did not start" >&2; return 1; fi
  done
  printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&8
  read -r -t 15 answer <&8
  exec 8>&-
  [[ $answer == HTTP/1.1\ * ]] || { echo "$1 answered '$answer'" >&2; return 1; }
  awk -v us=$((${EPOCHREALTIME/./} - start)) 'BEGIN { printf "%.1f\n", us / 1000 }' >>"$scratch/starts-$1"
}

column() { awk -v a="$1" -v q="$2" -v c="$3" -v n="$4" '$1 == a && $2 == q && $3 == c { print $n }' "$scratch/results"; }
summary() { column "$@" | median; }
total() { column "$@" | awk '{ n += $1 } END { print n }'; }

print_load_table() {
  local layout='%-18s %3s %7s %10s %8s %7s %7s %9s %9s %5s %7s\n' application qos clients
  # shellcheck disable=SC2059
  printf "$layout" '' QoS clients requests/s 'CPU µs' 'p50 µs' 'p99 µs' answered delivered lost refused
  for qos in 0 1; do
    for clients in 16 64; do
      for application in bridge django; do
        set -- "$application" "$qos" "$clients"
        # shellcheck disable=SC2059
        printf "$layout" "$@" "$(summary "$@" 4)" "$(summary "$@" 5)" "$(summary "$@" 6)" "$(summary "$@" 7)" \
          "$(total "$@" 8)" "$(total "$@" 9)" "$(total "$@" 10)" "$(total "$@" 11)"
      done
    done
  done
}

print_footprint() {
  local application
  for application in bridge django; do
    printf '%-18s first answer %s ms (median of %s starts), idle RSS %s KiB, PSS %s KiB\n' "$application" \
      "$(median <"$scratch/starts-$application")" "$starts" "${rss[$application]}" "${pss[$application]}"
  done
  strip -o "$scratch/stripped" "$bridge"
  printf '%-18s binary, stripped: %s KiB\n' bridge $(($(stat -c %s "$scratch/stripped") / 1024))
}

start_broker
declare -A rss pss
for application in bridge django; do
  port_of[$application]=$(free_port 28000)
  for ((i = 0; i < starts; i++)); do
    first_answer_ms "$application"
    if ((i + 1 < starts)); then stop "${pid_of[$application]}"; fi
  done
  sleep 1
  rss[$application]=$(memory_kib "${pid_of[$application]}" Rss)
  pss[$application]=$(memory_kib "${pid_of[$application]}" Pss)
done
for ((round = 1; round <= rounds; round++)); do
  for qos in 0 1; do
    for clients in 16 64; do
      for application in bridge django; do measure "$application" "$qos" "$clients" "$round"; done
    done
  done
done

echo "Medians of $rounds rounds of $seconds s; answered, delivered, lost and refused are sums. Lost: answered with"
echo "200 and not at the subscriber. CPU: user and system time of all threads and workers, per request."
print_load_table
print_footprint
