#!/usr/bin/env bash
# mosquitto_sub does not print what was published: -v shows "(null)" for an empty payload, as for the text "(null)";
# %j and %J end a payload at a NUL byte; %J, for payloads that are JSON, prints numbers anew: other digits, other values;
# and both write two user properties of one name as one JSON object with the name twice, of which a JSON parser keeps one.
# A test that compares its output with a payload needs %p or %x.
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
need jq 1.6-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

publish() { mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 "$@"; }
# Retained, so that each look sees the same messages.
publish -r -t t/text -m '(null)'
printf 'a\0b' | publish -r -t t/nul -s
publish -r -t t/json -m '{"level":21.50,"id":12345678901234567890}'
publish -r -t t/properties -m 1 -D publish user-property from a -D publish user-property from b

look() { mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -W 10 -C 1 "$@"; }
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
shows 'the text "(null)", -v' 't/text (null)' "$(look -t t/text -v)"
look -t t/empty -v >"$folder/empty" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/empty ]]; then break; fi
  publish -t t/empty -n
  sleep 0.1
done
shows 'an empty payload, -v' 't/empty (null)' "$(<"$folder/empty")"
shows 'three bytes, a NUL b, %x' '610062' "$(look -t t/nul -F %x)"
shows 'three bytes, a NUL b, payloadlen and payload of %j' '3 "a"' "$(look -t t/nul -F %j | jq -rc '"\(.payloadlen) \(.payload | tojson)"')"
shows '{"level":21.50,"id":12345678901234567890}, %p' '{"level":21.50,"id":12345678901234567890}' "$(look -t t/json -F %p)"
shows '  %J' '{"level":21.5,"id":1.2345678901234567e+19}' "$(look -t t/json -F %J | sed -E 's/.*"payload":(.*)}$/\1/')"
shows 'user properties from=a, from=b, %P' 'from:a from:b' "$(look -t t/properties -F %P)"
shows '  %j' '{"from":"a","from":"b"}' "$(look -t t/properties -F %j | sed -E 's/.*"user-properties":(\{[^}]*\}).*/\1/')"
shows '  %j, as jq reads it' '{"from":"b"}' "$(look -t t/properties -F %j | jq -c '.properties["user-properties"]')"
((changed == 0))
