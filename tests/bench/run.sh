#!/usr/bin/env bash
# The bridge beside others: run.sh BRIDGE. One broker, one load by wrk and one subscriber that counts, for all of
# them, in turns. Loopback only; everything it starts has ended when it ends. Exit status 1 if a message of the bridge
# was lost or a run broke, whatever the figures are. Shorter runs:
#   BENCH_ROUNDS=1 BENCH_SECONDS=2 BENCH_STARTS=3 BENCH_ONLY="bridge go" BENCH_CLIENTS="16 64" BENCH_QOS=0 ./dev bench
#   BENCH_ONLY=outbox ./dev bench
#   BENCH_ONLY=large ./dev bench
#   BENCH_ONLY=content ./dev bench    (a megabyte of every kind of content, in CPU time; exit status 1 above 50 ms)
# Beside an earlier commit: ./dev bench --against REVISION
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/bench/large.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/large.sh"

rounds=${BENCH_ROUNDS:-3}
read -ra chosen <<<"${BENCH_ONLY:-bridge go django httplib nginx outbox large content}"
read -ra loads <<<"${BENCH_CLIENTS:-1 16 64 256 16-close 16-idle}"
read -ra levels <<<"${BENCH_QOS:-0 1}"

applications=()
with_outbox=no
with_large=no
with_content=no
for each in "${chosen[@]}"; do
  case $each in
    outbox) with_outbox=yes ;;
    large) with_large=yes ;;
    content) with_content=yes ;;
    *) applications+=("$each") ;;
  esac
done

# The numbers of clients that keep their connection.
kept_clients=()
for each in "${loads[@]}"; do
  if [[ $each != *-* ]]; then kept_clients+=("$each"); fi
done

# Where every application is measured, and where the bridge alone, so that a full run takes some ten minutes.
is_measured() {  # APPLICATION QOS LOAD
  case $1:$2:$3 in
    bridge:1:*-idle) false ;;
    bridge:*) ;;
    *:*-idle | *:1) false ;;
    httplib:1:* | nginx:1:*) false ;;
    django:*:256 | django:*-close) false ;;
  esac
}

# Lines APPLICATION QOS LOAD, the QoS of what knows none being "-". Who is measured first changes from round to round.
plan() {  # ROUND
  local qos load application i
  local in_turn=("${applications[@]}")
  if (($1 % 2 == 0)); then
    in_turn=()
    for ((i = ${#applications[@]} - 1; i >= 0; i--)); do in_turn+=("${applications[i]}"); done
  fi
  for qos in "${levels[@]}"; do
    for load in "${loads[@]}"; do
      for application in "${in_turn[@]}"; do
        is_measured "$application" "$qos" "$load" || continue
        case $application in httplib | nginx) echo "$application - $load" ;; *) echo "$application $qos $load" ;; esac
      done
    done
  done
}

# One process of a build is faster than the next, by some 5 %, for as long as it lives: two are compared over many.
start_builds_anew() {
  local application
  for application in "${applications[@]}"; do
    case $application in
      bridge | earlier)
        stop "$application"
        start_until_ready "$application"
        ;;
    esac
  done
}

measure_all() {
  local round application qos load
  for ((round = 1; round <= rounds; round++)); do
    if [[ $earlier ]]; then start_builds_anew; fi
    while read -r application qos load <&3; do
      echo "round $round of $rounds: $application, QoS $qos, $load" >&2
      measure "$application" "$qos" "$load" "$round"
    done 3< <(plan "$round")
  done
}

print_applications() {
  echo "Medians of $rounds rounds of $seconds s; lost and refused are sums. Lost: answered with 200 and not at the"
  echo "subscriber. CPU: user and system time of all threads and processes of the application, per request. Close: a"
  echo "connection for each request, whose opening is in requests/s, not in p50 and p99. The null handler has a thread"
  echo "for each client; nginx and it publish nothing."
  echo
  plan 1 | print_load
  echo
  print_footprint "${applications[@]}"
  echo
  print_bars
  echo
}

print_report() {
  if ((${#applications[@]})); then print_applications; fi
  if [[ $with_outbox == yes ]]; then
    print_outbox "${kept_clients[@]}"
    echo
  fi
  if [[ $with_large == yes ]]; then
    print_large
    echo
  fi
  echo "The whole run took $SECONDS s."
}

# In this machine's CPU time, beside nothing else.
measure_content() { "$(dirname "$bridge")/../tests/bench/bench_content" 50; }

if [[ ${chosen[*]} == content ]]; then
  measure_content
  exit
fi
touch "$scratch/results" "$scratch/outbox"
raise_file_limit
build_peers
start_broker
for application in "${applications[@]}"; do start_and_weigh "$application"; done
measure_all
for application in "${applications[@]}"; do weigh "$application" after; done
if [[ $with_large == yes ]]; then measure_large "$rounds"; fi
if [[ $with_outbox == yes ]]; then
  stop "${applications[@]}" broker
  for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    measure_outbox_at "${kept_clients[@]}"
  done
fi
print_report
if [[ $with_content == yes ]]; then measure_content; fi
(($(lost_of_bridge) + $(lost_of_outbox) == 0))
