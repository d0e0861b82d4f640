# shellcheck shell=bash
# The outbox: answers 202 with the broker away, and how fast what was stored leaves when it is back, beside the direct way
# of the same bridge. The broker keeps the subscriber's session over its restart, so that nothing is sent before
# somebody listens; the outbox stands beside the build, on a disk, which /tmp may not be.
# shellcheck source=tests/bench/bars.sh
source "$(dirname "${BASH_SOURCE[0]}")/bars.sh"

start_broker_that_remembers() {
  local config=$scratch/remembering.conf
  mkdir -p "$scratch/broker"
  cat >"$config" <<TEXT
listener ${port_of[broker]} 127.0.0.1
user $(id -un)
allow_anonymous true
persistence true
persistence_location $scratch/broker/
max_queued_messages 0
max_inflight_messages 0
log_dest none
TEXT
  PATH=$PATH:/usr/sbin mosquitto -c "$config" 2>>"$scratch/broker.log" &
  pid_of[broker]=$!
  wait_until_listens "${port_of[broker]}"
}

start_outbox() {
  state_dir=$(mktemp -d "$built/outbox.XXXXXX")
  port_of[outbox]=$(free_port 28000)
  "$bridge" --mqtt-server 127.0.0.1 --mqtt-port "${port_of[broker]}" --state-dir "$state_dir" \
    --http-port "${port_of[outbox]}" >"$scratch/outbox.log" 2>&1 &
  pid_of[outbox]=$!
  wait_until_listens "${port_of[outbox]}"
}

ask() {  # METHOD TARGET CONTENT: status line, fields and content of the answer
  exec 8<>"/dev/tcp/127.0.0.1/${port_of[outbox]}"
  printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n' "$1" "$2" >&8
  printf 'Content-Length: %d\r\n\r\n%s' "${#3}" "$3" >&8
  timeout 15 cat <&8
  exec 8>&-
}

stored_messages() { ask GET /outbox '' | sed -n 's/.*"messages":\([0-9]*\).*/\1/p'; }

answers() {  # STATUS: whether a message to nobody is answered so
  [[ $(ask POST /publish '{"topic":"bench/nobody","msg":"","qos":1}') == "HTTP/1.1 $1 "* ]]
}

wait_until() {  # COMMAND…
  local deadline=$((SECONDS + 120))
  until "$@"; do
    if ((SECONDS > deadline)); then give_up "waited in vain: $*"; fi
    sleep 0.02
  done
}

is_drained() { [[ $(stored_messages) == 0 ]]; }

listen_to() {  # TOPIC [kept]
  start_talk subscriber "$built/counting_subscriber" "${port_of[broker]}" "$1" 1 "${@:2}"
  hear subscriber _
}

# One line of figures for `keep` clients that publish to TOPIC; sets the caller's sent, answered, refused and broken.
load_figures() {  # CLIENTS TOPIC
  local before us p50 p99
  before=$(cpu_us outbox)
  send_load outbox 1 "$1" "$2" keep
  figures=$(awk -v a="$answered" -v us="$us" -v p50="$p50" -v p99="$p99" -v all="$((answered + refused))" \
    -v cpu="$(($(cpu_us outbox) - before))" 'BEGIN { printf "%.0f %s %s %.1f", a * 1e6 / us, p50, p99, cpu / all }')
}

measure_direct() {  # CLIENTS TOPIC
  listen_to "$2"
  load_figures "$1" "$2"
  count_lost "$1"
  end_talk subscriber
}

# Every answer stands for a stored message, or the load has met a broker.
measure_stored() {  # CLIENTS TOPIC
  local before
  listen_to "$2" kept
  end_talk subscriber
  stop broker
  wait_until answers 202
  before=$(stored_messages)
  load_figures "$1" "$2"
  (($(stored_messages) - before >= answered)) || give_up "more were answered than stored"
}

# Sets the caller's drained and lost; for what measure_stored() has stored.
measure_drain() {  # CLIENTS TOPIC
  local opened
  start_broker_that_remembers
  opened=${EPOCHREALTIME/./}
  listen_to "$2" kept
  count_lost "$1"
  end_talk subscriber
  drained=$((arrived * 1000000 / (last_us - opened)))
  wait_until is_drained
}

measure_outbox() {  # CLIENTS
  local sent answered refused broken figures arrived last_us lost drained line sum=0 failed
  measure_direct "$1" "bench/direct-$1"
  line="$1 $figures" sum=$lost failed=$((refused + broken))
  measure_stored "$1" "bench/stored-$1"
  measure_drain "$1" "bench/stored-$1"
  echo "$line $figures $drained $((sum + lost)) $((failed + refused + broken))" >>"$scratch/outbox"
}

measure_outbox_at() {  # CLIENTS…
  local clients
  port_of[broker]=$(free_port 21883)
  start_broker_that_remembers
  start_outbox
  wait_until answers 200
  for clients; do
    echo "outbox, $clients clients" >&2
    measure_outbox "$clients"
  done
  stop outbox broker
  rm -rf "$state_dir"
}

of_outbox() { awk -v c="$1" -v n="$2" '$1 == c { print $n }' "$scratch/outbox"; }  # CLIENTS COLUMN
lost_of_outbox() { awk '{ n += $(NF - 1) } END { print n + 0 }' "$scratch/outbox"; }

print_outbox() {  # CLIENTS…
  local clients column row layout='%-7s %12s %7s %7s %7s %12s %7s %7s %7s %12s %5s %7s\n'
  echo "The outbox, QoS 1, on $(df --output=fstype "$built" | tail -n 1): the broker there (200), away (202), and back, from its port open to the"
  echo "last message at the subscriber. Lost: answered with 200 or 202 and not at the subscriber."
  # shellcheck disable=SC2059
  printf "$layout" clients '200/s' 'p50 µs' 'p99 µs' 'CPU µs' '202/s' 'p50 µs' 'p99 µs' 'CPU µs' 'drained/s' lost refused
  for clients; do
    row=("$clients")
    for column in {2..10}; do row+=("$(of_outbox "$clients" "$column" | median)"); done
    for column in 11 12; do row+=("$(of_outbox "$clients" "$column" | awk '{ n += $1 } END { print n }')"); done
    # shellcheck disable=SC2059
    printf "$layout" "${row[@]}"
  done
}
