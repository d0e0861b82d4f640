# shellcheck shell=bash
# What the runs came to: medians and sums of the files that they have left in the scratch directory.
# shellcheck source=tests/bench/load.sh
source "$(dirname "${BASH_SOURCE[0]}")/load.sh"

median() {
  sort -n | awk '{ value[NR] = $1 }
    END { if (NR) print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# One figure of all rounds, a line each: rate p50 p99 cpu lost failed.
rounds_of() {  # APPLICATION QOS LOAD FIGURE
  awk -v row="$1 $2 $3" -v figure="$4" 'BEGIN { split("a q c rate p50 p99 cpu lost failed", name) }
    $1 " " $2 " " $3 == row { for (i in name) if (name[i] == figure) print $i }' "$scratch/results"
}
median_of() { rounds_of "$@" | median; }
sum_of() { rounds_of "$@" | awk '$1 == "-" { none = 1 } { n += $1 } END { print none ? "-" : n }'; }

start_ms() { awk -v a="$1" '$1 == a { print $2 / 1000 }' "$scratch/starts" | median | awk '{ printf "%.1f", $1 }'; }
memory_of() { awk -v a="$1" -v n="$3" '$1 == a { print $n }' "$scratch/memory-$2"; }  # APPLICATION before|after COLUMN
rss() { memory_of "$1" "$2" 2; }
pss() { memory_of "$1" "$2" 3; }

title_of() {
  case $1 in
    bridge) echo "mqtt-rest-bridge" ;;
    earlier) echo "the same, earlier" ;;
    go) echo "Go, net/http + paho" ;;
    django) echo "Django, gunicorn" ;;
    httplib) echo "httplib, null handler" ;;
    nginx) echo "nginx, return 200" ;;
  esac
}

load_title() {
  case $1 in
    *-close) echo "${1%-*}, close" ;;
    *-idle) echo "${1%-*}, $idle_clients idle" ;;
    *) echo "$1" ;;
  esac
}

print_load() {  # lines APPLICATION QOS LOAD on stdin
  local application qos load layout='%-22s %3s  %-15s %10s %7s %7s %8s %5s %7s\n'
  # shellcheck disable=SC2059
  printf "$layout" '' QoS clients requests/s 'p50 µs' 'p99 µs' 'CPU µs' lost refused
  while read -r application qos load; do
    set -- "$application" "$qos" "$load"
    # shellcheck disable=SC2059
    printf "$layout" "$(title_of "$1")" "$qos" "$(load_title "$load")" "$(median_of "$@" rate)" \
      "$(median_of "$@" p50)" "$(median_of "$@" p99)" "$(median_of "$@" cpu)" "$(sum_of "$@" lost)" \
      "$(sum_of "$@" failed)"
  done
}

print_footprint() {  # APPLICATION…
  local each layout='%-22s %15s %9s %9s %16s %9s %13s\n'
  # shellcheck disable=SC2059
  printf "$layout" '' 'first answer ms' 'RSS KiB' 'PSS KiB' 'RSS after load' 'PSS' 'stripped, KiB'
  for each in "$@"; do
    # shellcheck disable=SC2059
    printf "$layout" "$(title_of "$each")" "$(start_ms "$each")" "$(rss "$each" before)" "$(pss "$each" before)" \
      "$(rss "$each" after)" "$(pss "$each" after)" "$(program_kib "$each")"
  done
}
