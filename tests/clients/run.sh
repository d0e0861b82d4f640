#!/usr/bin/env bash
# Real clients against the real program and a real broker: run.sh BRIDGE [--wire] [CLIENT…]
#
# A client is one script here. It is given $BRIDGE, the URL of the program, publishes below the topic CLIENT/, and prints
# a line `CASE STATUS` for each request. What must come of it stands beside the code, in comments:
#
#   expect: CASE STATUS [TOPIC QOS TYPE PAYLOAD]     STATUS is what the client saw; without TOPIC the broker got nothing
#      and: TOPIC QOS TYPE PAYLOAD                   one more message of the same case
#
# QOS is q0, q1 or q2, with an r behind it if the message came marked as retained, and *N if it came N times (*any: at
# least once); `any` is whatever QoS, as often as it likes. TYPE is the MQTT content type, - for none. TOPIC, TYPE and
# PAYLOAD may have escapes as printf's %b knows them; a PAYLOAD of * is any. A case or a message that was not expected
# fails too. --wire shows what each client sent to the program.
set -euo pipefail
program=$(readlink -f "$1") wire=''
shift
cd "$(dirname "$0")"
# shellcheck source=tests/clients/support.sh
source ./support.sh

if [[ ${1-} == --wire ]]; then wire=1; shift; fi
limit=180 # s for each client
passed=0 failed=0

pass() { passed=$((passed + 1)); }
fault() { # TEXT
  failed=$((failed + 1))
  printf 'FAILED %s\n' "$1"
}

# --- the world: broker, witness, bridge ---

start_world() {
  local tries=0
  broker=$(free_port)
  printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n' "$broker" >"$scratch/mosquitto.conf"
  start mosquitto mosquitto -c "$scratch/mosquitto.conf"
  wait_until_listens "$broker"
  start witness mosquitto_sub -V 5 --retain-as-published -p "$broker" -h 127.0.0.1 -q 2 -t '#' \
    -F $'%t\tq%q\t%r\t%C\t%x'
  start_bridge bridge
  # The witness has subscribed when it sees what comes.
  until grep -q ^ready "$scratch/witness.out"; do
    if ((++tries > 100)); then give_up "the witness sees nothing"; fi
    curl -sf -o /dev/null -d go "$(url_of bridge)/topics/ready" || true
    sleep 0.05
  done
}

# --- a client ---

command_of() { # FILE: sets `command`
  case $1 in
    *.sh) command=(bash "$1") ;;
    *.py) command=(/usr/bin/python3 "$1") ;;
    *.pl) command=(perl "$1") ;;
    *.php) command=(php "$1") ;;
    *.rb) command=(ruby "$1") ;;
    *.escript) command=(escript "$1") ;;
    *.java) command=(java "$1") ;;
    *.go) command=(go run "$1") ;;
    *.mjs)
      npm_install "$scratch/npm" axios@1.7.9 got@13.0.0
      cp "$1" "$scratch/npm/"
      command=(node "$scratch/npm/$1")
      ;;
  esac
}

run_client() { # FILE
  local file=$1 name=${1%.*} command since=0 status=0 url
  url=$(url_of bridge)
  if [[ $wire ]]; then
    start "wire-$name" /usr/bin/python3 wire.py "${url##*:}"
    url=http://127.0.0.1:$(said_port "wire-$name")
  fi
  command_of "$file"
  since=$(wc -l <"$scratch/witness.out")
  BRIDGE=$url BRIDGE_PROGRAM=$program BROKER_PORT=$broker \
    GOCACHE=$scratch/go GO111MODULE=off HOME=$scratch \
    timeout -k 5 "$limit" "${command[@]}" >"$scratch/$name.cases" 2>"$scratch/$name.err" || status=$?
  if ((status)); then
    fault "$name: ended with $status"
    tail -n 20 "$scratch/$name.err"
  fi
  if [[ $wire ]]; then
    stop "wire-$name"
    cat "$scratch/wire-$name.out"
  fi
  wait_for_mark "$name"
  tail -n "+$((since + 1))" "$scratch/witness.out" | grep -vE '^(ready|mark/)' >"$scratch/$name.arrived" || true
  judge "$file" "$name"
}

# The session publishes in order: when this has arrived, so has what the client published.
wait_for_mark() { # NAME
  local tries
  curl -sf -o /dev/null -d mark "$(url_of bridge)/topics/mark/$1?qos=1" || true
  for ((tries = 0; tries < 200; ++tries)); do
    if grep -q "^mark/$1"$'\t' "$scratch/witness.out"; then return; fi
    sleep 0.05
  done
  fault "$1: the broker did not get the mark"
}

# A pattern for the message as the witness writes it.
pattern_of() { # TOPIC QOS TYPE PAYLOAD
  local quality=${2%r} retain=0 payload='*'
  if [[ $2 == *r ]]; then retain=1; fi
  if [[ $2 == any ]]; then quality='*' retain='*'; fi
  if [[ $4 != '*' ]]; then payload=$(printf '%b' "$4" | od -An -v -tx1 | tr -d ' \n'); fi
  printf '%b\t%s\t%s\t%b\t%s' "$1" "$quality" "$retain" "${3#-}" "$payload"
}

# Fails unless this message came as often as it should have; remembers it as an expected one.
judge_message() { # CASE TOPIC QOS TYPE PAYLOAD
  local pattern qos=${3%%\**} times=1 line seen=0
  if [[ $3 == *\** ]]; then times=${3#*\*}; fi
  if [[ $qos == any ]]; then times=any; fi
  pattern=$(pattern_of "$2" "$qos" "$4" "$5")
  expected+=("$pattern")
  for line in "${!arrived[@]}"; do
    # shellcheck disable=SC2053 # a pattern
    if [[ $line == $pattern ]]; then seen=$((seen + arrived[$line])); fi
  done
  if [[ $seen == "$times" || ($times == any && $seen -gt 0) ]]; then
    pass
  else
    fault "$1: the broker got $seen of $times: $2 $3 $4 $5"
  fi
}

judge() { # FILE NAME
  local kind case='' status line pattern expected=() topic qos type payload
  local -A arrived=() cases=()
  while IFS= read -r line; do arrived[$line]=$((${arrived[$line]-0} + 1)); done <"$scratch/$2.arrived"
  while read -r kind line; do
    if [[ $kind == expect: ]]; then
      read -r case status line <<<"$line"
      cases[$case]=1
      judge_status "$2" "$case" "$status"
    fi
    if [[ $line ]]; then
      read -r topic qos type payload <<<"$line"
      judge_message "$2/$case" "$topic" "$qos" "$type" "$payload"
    fi
  done < <(sed -nE 's/^[^a-zA-Z]*((expect|and): .*)/\1/p' "$1")
  if [[ ! $case ]]; then fault "$2 expects nothing"; fi
  while read -r case _; do
    if [[ ! ${cases[$case]-} ]]; then fault "$2/$case was not expected"; fi
  done <"$scratch/$2.cases"
  for line in "${!arrived[@]}"; do
    for pattern in "${expected[@]}"; do
      # shellcheck disable=SC2053 # a pattern
      if [[ $line == $pattern ]]; then continue 2; fi
    done
    fault "$2: nobody expected at the broker: ${line:0:200}"
  done
}

judge_status() { # NAME CASE STATUS
  local seen
  seen=$(awk -v case="$2" '$1 == case { print $2 }' "$scratch/$1.cases" | tr '\n' ' ')
  if [[ $seen == "$3 " ]]; then
    pass
  else
    fault "$1/$2: $3 expected, ${seen:-nothing }seen: $(grep -m 1 "^$2 " "$scratch/$1.cases" | cut -d ' ' -f 3- | cut -c 1-300)"
  fi
}

start_world
if ((!$#)); then
  for file in *; do
    if [[ $file != @(run.sh|support.sh|front.sh|wire.py) ]]; then set -- "$@" "${file%.*}"; fi
  done
fi
for name; do
  for file in "$name".*; do
    if [[ ! -f $file ]]; then give_up "there is no client $name in tests/clients"; fi
    echo "== $name"
    run_client "$file"
  done
done
printf '\n%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
