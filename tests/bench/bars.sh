# shellcheck shell=bash
# What is demanded, as ratios within one run, because the machine is another one each time.
# shellcheck source=tests/bench/report.sh
source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

ratio() { awk -v a="${1:-0}" -v b="${2:-0}" 'BEGIN { if (a > 0 && b > 0) printf "%.3f", a / b }'; }

bar() {  # WHAT VALUE RELATION LIMIT
  local verdict='not measured'
  if [[ $2 ]]; then
    verdict=$(awk -v v="$2" -v r="$3" -v l="$4" 'BEGIN {
      met = r == ">=" ? v >= l : r == "<=" ? v <= l : v < l
      print met ? "met" : "MISSED" }')
  fi
  printf '%-58s %9s   %2s %-5s %s\n' "$1" "${2:--}" "$3" "$4" "$verdict"
}

# The bridge's figure as a multiple of another's.
against() {  # APPLICATION QOS FIGURE
  local theirs=$2
  if [[ $1 == nginx ]]; then theirs=-; fi
  ratio "$(median_of bridge "$2" 64 "$3")" "$(median_of "$1" "$theirs" 64 "$3")"
}

# The same beside the earlier build: round by round, so that a machine whose speed drifts is the same for both.
against_earlier() {  # QOS FIGURE
  paste <(rounds_of bridge "$1" 64 "$2") <(rounds_of earlier "$1" 64 "$2") |
    awk '$1 > 0 && $2 > 0 { printf "%.3f\n", $1 / $2 }' | median
}

lost_of_bridge() { awk '$1 == "bridge" { n += $8 } END { print n + 0 }' "$scratch/results"; }

print_bars() {
  if [[ $earlier ]]; then print_bars_against_earlier; fi
  if [[ ${port_of[go]-} ]]; then print_bars_against_peers; fi
  bar 'idle memory after start, RSS, MB' "$(rss bridge before | awk '{ printf "%.2f", $1 * 1024 / 1e6 }')" '<=' 10
  bar 'start to first answer, ms' "$(start_ms bridge)" '<=' 20
  bar 'messages lost by the bridge' "$(lost_of_bridge)" '<=' 0
}

print_bars_against_earlier() {
  bar "QoS 0, 64 clients: requests/s, times the earlier one's" "$(against_earlier 0 rate)" '>=' 0.97
  bar "QoS 1, 64 clients: requests/s, times the earlier one's" "$(against_earlier 1 rate)" '>=' 0.97
  bar "QoS 0, 64 clients: CPU, times the earlier one's" "$(against_earlier 0 cpu)" '<=' 1.03
  bar "QoS 1, 64 clients: CPU, times the earlier one's" "$(against_earlier 1 cpu)" '<=' 1.03
}

print_bars_against_peers() {
  bar "QoS 0, 64 clients: requests/s, times Go's" "$(against go 0 rate)" '>=' 2.0
  bar "QoS 0, 64 clients: requests/s, times Django's" "$(against django 0 rate)" '>=' 12
  bar "QoS 0, 64 clients: CPU per request, times nginx's" "$(against nginx 0 cpu)" '<=' 3.0
  bar "QoS 1, 64 clients: requests/s, times Go's" "$(against go 1 rate)" '>=' 1.0
  bar "QoS 1, 64 clients: p99, times Go's" "$(against go 1 p99)" '<' 1.0
  bar "QoS 0, 16 clients: with $idle_clients idle, times without" \
    "$(ratio "$(median_of bridge 0 16-idle rate)" "$(median_of bridge 0 16 rate)")" '>=' 0.8
}
