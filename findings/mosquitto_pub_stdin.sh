#!/usr/bin/env bash
# mosquitto_pub -l publishes an empty line as an empty message, which with -r clears what the line before has retained:
# a blank line at the end of a file, and nothing is kept. A carriage return stays at the end of the payload. A NUL byte ends
# not only its line: the lines after it are not published, and the exit status is 0. And -s refuses an empty input (1),
# where -f with an empty file, -m "" and -n send the empty message. Bytes want -s or -f, lines want grep . before -l.
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
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_type all\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

mosquitto_sub -h 127.0.0.1 -p "$port" -W 30 -i reader -q 1 -t 't/#' -t end -F '%t "%x"' >"$folder/messages" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if grep -q 'Sending SUBACK to reader' "$folder/log"; then break; fi
  sleep 0.1
done
publish() { timeout 10 mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 "$@" 2>"$folder/error"; }

declare -A status
sends() { # NAME INPUT FOR printf, OPTION…
  local name=$1 input=$2
  shift 2
  status[$name]=0
  # shellcheck disable=SC2059
  printf "$input" | publish -t "t/$name" "$@" || status[$name]=$?
}
: >"$folder/empty"
sends lines 'a\nb' -l
sends blank 'a\n\n' -l -r
sends return 'a\r\nb\r\n' -l
sends nul 'a\0b\nc\nd\n' -l
sends none '' -l
sends whole 'a\0b\n' -s
sends nothing '' -s
sends file '' -f "$folder/empty"
sends argument '' -m ''
publish -t end -m end
for ((i = 0; i < 100; ++i)); do
  if grep -q '^end' "$folder/messages"; then break; fi
  sleep 0.1
done

changed=0
shows() { # NAME WHAT EXPECTED: the messages in hexadecimal, and the exit status
  local seen
  seen="$(sed -n "s|^t/$1 ||p" "$folder/messages" | tr '\n' ' ')exit ${status[$1]}"
  printf '%-30s %s\n' "$2" "$seen"
  if [[ $seen != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
shows lines '-l "a\nb"' '"61" "62" exit 0'
shows blank '-l -r "a\n\n"' '"61" "" exit 0'
publish -r -t t/other -m kept
kept=$(mosquitto_sub -h 127.0.0.1 -p "$port" -W 2 -t t/blank -t t/other -F %t 2>/dev/null || true)
printf '%-30s %s\n' '  retained then, and t/other' "$kept"
if [[ $kept != t/other ]]; then changed=1; fi
shows return '-l "a\r\nb\r\n"' '"610d" "620d" exit 0'
shows nul '-l "a\0b\nc\nd\n"' '"61" exit 0'
shows none '-l ""' 'exit 0'
shows whole '-s "a\0b\n"' '"6100620a" exit 0'
shows nothing '-s ""' 'exit 1'
shows file '-f with an empty file' '"" exit 0'
shows argument '-m ""' '"" exit 0'
((changed == 0))
