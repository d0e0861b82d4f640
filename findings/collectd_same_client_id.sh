#!/usr/bin/env bash
# Each <Publish> and <Subscribe> block of collectd's mqtt plugin has a connection of its own, and unless ClientId is set
# all of them have the host name as their client identifier; in the example of collectd.conf, too, both have the same. With
# one broker each throws the other out when it connects, and what is published or comes in meanwhile is lost. collectd's
# log says "mosquitto_publish failed: Broken pipe", only the broker's names the identifier. Set a ClientId of its own in each block.
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
need collectd-core 5.12.0-
need libmosquitto1 2.0.11-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
changed=0
shows() { # WHAT PATTERN SEEN
  printf '  %-40s %s\n' "$1" "$3"
  # shellcheck disable=SC2053
  if [[ $3 != $2 ]]; then
    echo "    was $2 when this was written"
    changed=1
  fi
}

tries() { # NAME, LINE FOR <Publish>, LINE FOR <Subscribe>: a broker and a collectd of their own, ten values, one a second
  local own=$folder/$1 port broker collectd reader
  mkdir "$own"
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$own/mosquitto.conf"
  timeout 40 mosquitto -c "$own/mosquitto.conf" 2>"$own/log" &
  broker=$!
  pids+=("$broker")
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then break; fi
    sleep 0.1
  done
  cat >"$own/collectd.conf" <<TEXT
Hostname "here"
BaseDir "$own"
PIDFile "$own/pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin logfile
<Plugin logfile>
  File "$own/collectd.log"
</Plugin>
LoadPlugin load
LoadPlugin mqtt
<Plugin mqtt>
  <Publish "out">
    Host "127.0.0.1"
    Port $port
    $2
  </Publish>
  <Subscribe "in">
    Host "127.0.0.1"
    Port $port
    $3
    Topic "in/#"
  </Subscribe>
</Plugin>
TEXT
  mosquitto_sub -h 127.0.0.1 -p "$port" -W 30 -t 'collectd/here/load/load' -F %p >"$own/out" &
  reader=$!
  pids+=("$reader")
  timeout 40 collectd -f -C "$own/collectd.conf" >"$own/start" 2>&1 &
  collectd=$!
  pids+=("$collectd")
  sleep 12
  kill "$collectd" "$reader"
  wait "$collectd" "$reader" || true
  kill "$broker"
  wait "$broker" || true
}
count() { grep -ac "$1" "$2" || true; } # without a match grep prints 0 and fails

tries own 'ClientId "here-out"' 'ClientId "here-in"' &
first=$!
tries same '' '' &
pids+=("$first" $!)
wait "$first" "$!"
echo 'each with a ClientId of its own, 12 s at one value a second'
shows 'values that arrived' '@(9|1[0-3])' "$(count . "$folder/own/out")"
shows 'connections closed for the identifier' 0 "$(count 'already connected, closing old' "$folder/own/log")"
echo 'without ClientId'
shows 'lines of collectd.log "Broken pipe"' '[1-9]*' "$(count 'mosquitto_publish failed: Broken pipe' "$folder/same/collectd.log")"
shows 'values that arrived' '[0-7]' "$(count . "$folder/same/out")"
shows 'connections closed for the identifier' '[1-9]*' "$(count 'Client here already connected, closing old' "$folder/same/log")"
shows 'lines of collectd.log with "identifier"' 0 "$(count -i 'identifier\|client.id\|taken' "$folder/same/collectd.log" 2>/dev/null)"
((changed == 0))
