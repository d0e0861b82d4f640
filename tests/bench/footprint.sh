# shellcheck shell=bash
# What an application takes before anybody uses it: time until the first answer, memory, size of the program.
# shellcheck source=tests/bench/applications.sh
source "$(dirname "${BASH_SOURCE[0]}")/applications.sh"

starts=${BENCH_STARTS:-10}

first_answer() {  # APPLICATION
  local start answer
  start=${EPOCHREALTIME/./}
  "start_$1"
  until { exec 8<>"/dev/tcp/127.0.0.1/${port_of[$1]}"; } 2>/dev/null; do
    if ((${EPOCHREALTIME/./} - start > 15000000)); then give_up "$1 did not start"; fi
  done
  printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&8
  read -r -t 15 answer <&8 || true
  echo "$1 $((${EPOCHREALTIME/./} - start))" >>"$scratch/starts"
  exec 8>&-
  [[ $answer == HTTP/1.1\ * ]] || give_up "$1 answered '$answer'"
}

# Of the bridge: it says so itself.
start_until_ready() {  # APPLICATION
  local deadline=$((SECONDS + 15))
  first_answer "$1"
  until curl -sf -m 5 --noproxy '*' -o "$scratch/ready" "http://127.0.0.1:${port_of[$1]}/readyz"; do
    if ((SECONDS > deadline)); then give_up "$1 is not ready"; fi
    sleep 0.02
  done
}

weigh() {  # APPLICATION before|after
  echo "$1 $(memory_kib "$1" Rss) $(memory_kib "$1" Pss)" >>"$scratch/memory-$2"
}

# Leaves it running.
start_and_weigh() {  # APPLICATION
  local start
  port_of[$1]=$(free_port 28000)
  for ((start = 1; start <= starts; start++)); do
    first_answer "$1"
    if ((start < starts)); then stop "$1"; fi
  done
  sleep 1
  weigh "$1" before
}

program_kib() {  # APPLICATION: stripped; nothing for what is no program
  local program
  case $1 in
    bridge) program=$bridge ;;
    earlier) program=$earlier ;;
    go) program=$built/plain_bridge ;;
    httplib) program=$built/null_handler ;;
    nginx) program=$(PATH=$PATH:/usr/sbin command -v nginx) ;;
    *) return 0 ;;
  esac
  strip -o "$scratch/stripped" "$program"
  echo $(($(stat -c %s "$scratch/stripped") / 1024))
}
