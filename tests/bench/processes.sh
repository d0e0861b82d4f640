# shellcheck shell=bash
# What the measurements need to know of processes; sourced by run.sh.

listens() { { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null && exec 9>&-; }

free_port() {  # FROM
  local port=$1
  while listens "$port"; do port=$((port + 1)); done
  echo "$port"
}

wait_until_listens() {  # PORT
  local deadline=$((SECONDS + 15))
  until listens "$1"; do
    if ((SECONDS > deadline)); then echo "nothing listens on port $1" >&2; return 1; fi
    sleep 0.02
  done
}

family() {  # PID: it and all that it started
  local child
  echo "$1"
  cat "/proc/$1/task/"*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do
    if [[ $child ]]; then family "$child"; fi
  done
}

cpu_us() {  # PID: user and system time of its family, all threads
  local pid ticks=0 fields
  for pid in $(family "$1"); do
    fields=$(sed 's/.*) //' "/proc/$pid/stat")
    ticks=$((ticks + $(awk '{ print $12 + $13 }' <<<"$fields")))
  done
  echo $((ticks * 1000000 / $(getconf CLK_TCK)))
}

memory_kib() {  # PID Rss|Pss
  local pid
  for pid in $(family "$1"); do cat "/proc/$pid/smaps_rollup"; done | awk -v key="$2:" '$1 == key { n += $2 } END { print n }'
}

stop() {  # PID…
  local each
  for each in "$@"; do
    kill -TERM "$each" 2>/dev/null || continue
    wait "$each" 2>/dev/null || true
  done
}

median() { sort -n | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'; }
