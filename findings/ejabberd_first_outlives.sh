#!/usr/bin/env bash
# ejabberd's MQTT keeps messages for a client that is away, and when it comes back, it drops those whose Message Expiry
# Interval has passed; but the first of them it delivers all the same, with the interval that it was sent with. Of five
# commands that were good for one second the oldest arrives alone, four seconds later, as if it were fresh. One would
# expect none, and mosquitto delivers none. So who acts upon what has waited should find a time in the message itself.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
pids=()
finish() {
  if ((${#pids[@]})); then kill "${pids[@]}" 2>/dev/null || true; fi
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE VERSION
  local version policy=/usr/sbin/policy-rc.d
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    # the service is not started
    if [[ -e $policy ]]; then policy=$folder/policy; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
    rm "$policy"
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need ejabberd 23.01-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
until_listens() {
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then return; fi
    sleep 0.1
  done
  echo "nobody listens" >&2
  exit 1
}
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-58s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
cat >"$folder/ejabberd.yml" <<TEXT
hosts: [localhost]
loglevel: info
auth_method: [internal]
listen:
  - {port: $port, ip: "127.0.0.1", module: mod_mqtt, backlog: 1000}
modules:
  mod_mqtt: {}
TEXT
folders=(/usr/lib/*-linux-gnu/ejabberd-*/ebin) # in Debian, Erlang's libraries stand beside it
# Without Erlang's distribution, so that no epmd is left behind.
HOME=$folder EJABBERD_CONFIG_PATH=$folder/ejabberd.yml ERL_CRASH_DUMP=/dev/null ERL_LIBS=${folders[0]%/ejabberd-*} \
  timeout 120 erl -noinput -mnesia dir "\"$folder/data\"" -ejabberd log_path "\"$folder/ejabberd.log\"" \
  -s ejabberd -eval 'ok = ejabberd_auth:try_register(<<"device">>, <<"localhost">>, <<"secret">>).' \
  >"$folder/said" 2>&1 &
pids+=($!)
here=(-V 5 -h 127.0.0.1 -p "$port" -u device -P secret)
for ((i = 0; i < 300; ++i)); do # it listens before its users are there
  if timeout 10 mosquitto_pub "${here[@]}" -t ready -m m -q 1 >/dev/null 2>&1; then break; fi
  sleep 0.2
done

reader() { timeout 20 mosquitto_sub "${here[@]}" -i "$1" -c -x 200 -q 2 "${@:2}"; }
publishes() { # QOS SECONDS NAME…
  for name in "${@:3}"; do
    timeout 10 mosquitto_pub "${here[@]}" -q "$1" -t "gate/$name" -m "$name" -D publish message-expiry-interval "$2"
  done
}
comes() { # ID
  { reader "$1" -t else -W 2 -F '%p (%E s)' 2>/dev/null || true; } | paste -s -d ,
}
at_each() { # BROKER EXPECTED-OF-SHORT-ONES EXPECTED-OF-BOTH
  for qos in 1 2; do
    reader "short$qos" -t 'gate/#' -E
    publishes "$qos" 1 open close up down stop
    sleep 4
    shows "$1, QoS $qos, five of 1 s, after 4 s" "$2" "$(comes "short$qos")"
    # Its subscription has to go, or it would hear the next ones.
    timeout 20 mosquitto_sub "${here[@]}" -i "short$qos" -t else -E
  done
  reader both -t 'gate/#' -E
  publishes 1 1 old older
  publishes 1 100 good
  sleep 4
  shows "$1, two of 1 s, then one of 100 s, after 4 s" "$3" "$(comes both | sed 's/(9[0-9] s)/(nine.. s)/')"
}
at_each ejabberd 'open (1 s)' 'old (1 s),good (nine.. s)'

while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 100 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
until_listens
here=(-V 5 -h 127.0.0.1 -p "$port")
at_each mosquitto '' 'good (nine.. s)'
((changed == 0))
