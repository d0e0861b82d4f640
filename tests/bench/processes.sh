# shellcheck shell=bash
# Processes: started, listened to, talked with, measured in /proc, ended. Nothing in here knows what they do.

scratch=$(mktemp -d)
declare -A pid_of said_by told_to

# --- end ---

stop() {  # NAME…
  local name
  for name in "$@"; do
    kill -TERM "${pid_of[$name]}" 2>/dev/null || continue
    wait "${pid_of[$name]}" 2>/dev/null || true
    unset "pid_of[$name]"
  done
}

end_everything() {
  stop "${!pid_of[@]}"
  rm -rf "$scratch"
}
trap end_everything EXIT
trap 'exit 130' INT TERM HUP

give_up() {
  echo "bench: $*" >&2
  exit 1
}

# --- ports ---

listens() { { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null && exec 9>&-; }

free_port() {  # FROM
  local port=$1
  while listens "$port"; do port=$((port + 1)); done
  echo "$port"
}

wait_until_listens() {  # PORT
  local deadline=$((SECONDS + 15))
  until listens "$1"; do
    if ((SECONDS > deadline)); then give_up "nothing listens on port $1"; fi
    sleep 0.02
  done
}

# --- conversations: a process that reads lines and writes lines ---

start_talk() {  # NAME COMMAND…
  local name=$1 in out
  shift
  mkfifo "$scratch/$name.in" "$scratch/$name.out"
  "$@" <"$scratch/$name.in" >"$scratch/$name.out" &
  pid_of[$name]=$!
  exec {in}>"$scratch/$name.in" {out}<"$scratch/$name.out"
  told_to[$name]=$in
  said_by[$name]=$out
  rm "$scratch/$name.in" "$scratch/$name.out"
}

tell() { echo "${*:2}" >&"${told_to[$1]}"; }  # NAME WORD…

hear() {  # NAME VARIABLE…
  read -r -t 60 "${@:2}" <&"${said_by[$1]}" || give_up "the $1 says nothing"
}

end_talk() {  # NAME
  local in=${told_to[$1]} out=${said_by[$1]}
  stop "$1"
  exec {in}>&- {out}<&-
}

# --- figures ---

family() {  # PID: it and all that it started
  local child
  echo "$1"
  cat "/proc/$1/task/"*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do
    if [[ $child ]]; then family "$child"; fi
  done
}

cpu_us() {  # NAME: user and system time of its family, all threads
  local pid ticks=0 fields
  for pid in $(family "${pid_of[$1]}"); do
    read -ra fields < <(sed 's/.*) //' "/proc/$pid/stat")
    ticks=$((ticks + fields[11] + fields[12]))
  done
  echo $((ticks * 1000000 / $(getconf CLK_TCK)))
}

memory_kib() {  # NAME Rss|Pss
  local pid
  for pid in $(family "${pid_of[$1]}"); do cat "/proc/$pid/smaps_rollup"; done |
    awk -v key="$2:" '$1 == key { n += $2 } END { print n }'
}
