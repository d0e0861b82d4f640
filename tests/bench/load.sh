# shellcheck shell=bash
# One run of the load on one application, and what became of its messages.
# shellcheck source=tests/bench/footprint.sh
source "$(dirname "${BASH_SOURCE[0]}")/footprint.sh"

seconds=${BENCH_SECONDS:-5}
idle_clients=1000

raise_file_limit() {
  local limit=$((idle_clients + 1000))
  if [[ $(ulimit -Sn) != unlimited ]] && (($(ulimit -Sn) < limit)); then ulimit -Sn "$limit"; fi
}

# Sets the caller's sent, answered, refused, broken, us, p50 and p99.
send_load() {  # APPLICATION QOS CLIENTS TOPIC close|keep|idle
  local pair figures
  figures=$(wrk -t 1 -c "$3" -d "${seconds}s" -s "$here/publish.lua" "http://127.0.0.1:${port_of[$1]}" -- \
    "$2" "$4" "$5" | grep '^figures')
  for pair in ${figures#figures }; do printf -v "${pair%%=*}" %s "${pair#*=}"; done
  ((answered > 0)) || give_up "$1 answered nothing"
}

# Sets the caller's `lost`: how many were answered with success and are not at the subscriber. Requests that the end of the load
# cut off may arrive too and would hide as many losses; so each that is missing is counted, except among the last.
# Also sets `arrived`, and `last_us`: when the last of them came.
count_lost() {  # CLIENTS
  local missing
  tell subscriber "$answered" "$sent" $((16 * $1))
  hear subscriber arrived missing last_us
  lost=$((answered - arrived))
  if ((missing - refused - broken > lost)); then lost=$((missing - refused - broken)); fi
  if ((lost < 0)); then lost=0; fi
}

# The bench has no use for clients that the application did not keep.
dismiss_idle_clients() {
  local kept
  tell idle enough
  hear idle kept
  end_talk idle
  ((kept == idle_clients)) || give_up "only $kept of $idle_clients idle clients were kept"
}

measure() {  # APPLICATION QOS|- LOAD ROUND
  local application=$1 clients=${3%-*} manner=${3#*-} qos=${2/-/0} topic="bench/$1-$2-$3-$4" before cpu
  local sent answered refused broken us p50 p99 lost=- arrived
  if [[ $2 != - ]]; then
    start_talk subscriber "$built/counting_subscriber" "${port_of[broker]}" "$topic" "$qos"
    hear subscriber _
  fi
  if [[ $manner == idle ]]; then
    start_talk idle python3 "$here/idle_clients.py" "${port_of[$application]}" "$idle_clients"
    hear idle _
  fi
  before=$(cpu_us "$application")
  send_load "$application" "$qos" "$clients" "$topic" "$manner"
  if [[ $2 != - ]]; then
    count_lost "$clients"
    end_talk subscriber
  fi
  cpu=$(($(cpu_us "$application") - before))
  if [[ $manner == idle ]]; then dismiss_idle_clients; fi
  awk -v a="$answered" -v r="$refused" -v us="$us" -v cpu="$cpu" -v p50="$p50" -v p99="$p99" -v name="$1 $2 $3" \
    -v end="$lost $((refused + broken))" 'BEGIN {
      printf "%s %.0f %s %s %.1f %s\n", name, a * 1e6 / us, p50, p99, cpu / (a + r), end }' >>"$scratch/results"
}
