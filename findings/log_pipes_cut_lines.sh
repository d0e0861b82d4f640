#!/usr/bin/env bash
# What a program's output is piped into makes several lines of a long one. `logger` sends 1,024 bytes at a time, each
# as a message of its own that looks like any other, and parts a character of UTF-8 in two; s6-log writes 8,192 bytes a
# line, and drops what has no new line at its end, such as the last words of a program that was killed. multilog leaves
# lines as they are. So JSON in such a log is no JSON from that length on: one must keep log lines short, or say
# `logger --size`, `s6-log -l`, and end each line at once.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need bsdutils 1:2.38.1-
need s6 2.11.3.
need daemontools 1:0.76-

# A line of JSON with 9,000 bytes, one whose 1,024th and 1,025th bytes are one character, and one that does not end.
printf -v many '%8998s' ''
printf -v some '%1023s' ''
printf '"%s"\n%sü\nlast words' "${many// /x}" "${some// /y}" >"$folder/output"

# What logger sends, each datagram's message on a line, as the length and the last bytes.
cat >"$folder/receive.py" <<'TEXT'
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
    receiver.bind(sys.argv[1])
    receiver.settimeout(20)
    message = b""
    while message != b"last words":
        message = receiver.recv(65536).partition(b"program: ")[2]
        sys.stdout.buffer.write(message + b"\n")
TEXT
through_logger() { # NAME ARGUMENTS…
  local name=$1
  shift
  timeout 30 /usr/bin/python3 "$folder/receive.py" "$folder/$name.socket" >"$folder/$name" &
  pids+=($!)
  for ((i = 0; i < 100; ++i)); do
    if [[ -S $folder/$name.socket ]]; then break; fi
    sleep 0.1
  done
  timeout 20 logger -u "$folder/$name.socket" -t program "$@" <"$folder/output"
  wait "${pids[-1]}"
}
through_logger logger
through_logger sized --size 16384
mkdir "$folder/s6" "$folder/s6-unlimited" "$folder/multilog"
timeout 20 s6-log -b "$folder/s6" <"$folder/output"
timeout 20 s6-log -b -l 0 "$folder/s6-unlimited" <"$folder/output"
timeout 20 multilog "$folder/multilog" <"$folder/output"

changed=0
shows() { # WHAT FILE EXPECTED: the lengths of the lines in bytes, and the last line's first 10
  local seen
  seen=$(LC_ALL=C awk '{ printf "%d ", length($0) } END { print "… " substr($0, 1, 10) }' "$folder/$2")
  printf '%-28s %s\n' "$1" "$seen"
  if [[ $seen != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
shows 'the program wrote' output '9000 1025 10 … last words'
shows 'logger' logger '1024 1024 1024 1024 1024 1024 1024 1024 808 1024 1 10 … last words'
shows '  --size 16384' sized '9000 1025 10 … last words'
shows 's6-log' s6/current '8192 808 1025 … yyyyyyyyyy'
shows '  -l 0' s6-unlimited/current '9000 1025 … yyyyyyyyyy'
shows 'multilog' multilog/current '9000 1025 10 … last words'
((changed == 0))
