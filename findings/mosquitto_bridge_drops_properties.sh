#!/usr/bin/env bash
# A mosquitto that passes messages on to another one (`connection` in its configuration) speaks MQTT 3.1.1 to it unless it is
# told otherwise: content type, response topic, correlation data, user properties and the expiry go, so that a retained
# message which its publisher wanted to live for 2 s stays at the other broker for ever. And as the bridge counts as
# a subscriber, reason code 16 ("no matching subscribers") never comes any more.
# `bridge_protocol_version mqttv50` passes the properties on.
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
start() { # NAME LINE…: a mosquitto with these settings
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' "${@:2}" >"$folder/$1.conf"
  timeout 60 mosquitto -c "$folder/$1.conf" 2>"$folder/$1.log" &
  pids+=($!)
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then break; fi
    sleep 0.1
  done
}
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-40s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
pub() { mosquitto_pub -V 5 -h 127.0.0.1 -p "$near" "$@"; }
kept() { timeout 10 mosquitto_sub -V 5 -h 127.0.0.1 -p "$1" -t kept -W 2 2>/dev/null || true; }

look() { # LINE…: of the configuration of the bridge; prints what arrives and what is kept
  start far
  far=$port
  start near 'connection far' "address 127.0.0.1:$far" 'topic # out 1' 'restart_timeout 1' "$@"
  near=$port
  for ((i = 0; i < 100; ++i)); do # the bridge is up
    if grep -q 'New bridge connected\|as .*\.far' "$folder/far.log"; then break; fi
    sleep 0.1
  done
  timeout 20 mosquitto_sub -V 5 -h 127.0.0.1 -p "$far" -t passed -W 15 -C 1 \
    -F 'type [%C] to [%R] data [%D] user [%P] expiry [%E]' >"$folder/came" &
  local subscriber=$!
  for ((i = 0; i < 100; ++i)); do
    if ! kill -0 "$subscriber" 2>/dev/null; then break; fi
    pub -q 1 -t passed -m m -D publish content-type text/plain -D publish response-topic answers \
      -D publish correlation-data seven -D publish user-property unit kW -D publish message-expiry-interval 100
    sleep 0.2
  done
  wait "$subscriber" || true
  came=$(cat "$folder/came")
  pub -q 1 -r -t kept -m short-lived -D publish message-expiry-interval 2
  sleep 4
  left="near [$(kept "$near")] far [$(kept "$far")]"
  reason=$(pub -d -q 1 -t nobody -m m | grep -o 'RC:[0-9]*')
}

start alone
near=$port
shows 'nobody subscribes, no bridge' RC:16 "$(pub -d -q 1 -t nobody -m m | grep -o 'RC:[0-9]*')"
look
shows 'bridge as it is, passed on' 'type [] to [] data [] user [] expiry []' "$came"
shows '  retained for 2 s, after 4 s' 'near [] far [short-lived]' "$left"
shows '  nobody subscribes' RC:0 "$reason"
look 'bridge_protocol_version mqttv50'
shows 'mqttv50, passed on' 'type [text/plain] to [answers] data [seven] user [unit:kW] expiry [100]' "$came"
shows '  retained for 2 s, after 4 s' 'near [] far []' "$left"
((changed == 0))
