#!/usr/bin/env bash
# collectd's mqtt plugin publishes the NUL at the end of the C string, too: each payload, "TIME:VALUE:VALUE…", has a zero
# byte as its last. On a terminal one does not see it, but float("21.5\0") in Python is an error, and Number() in
# JavaScript is NaN: cut it off. What it subscribes to must look like that, with or without the NUL: "N:21.5" (N is now) or
# "1800000000:21.5". A bare "21.5" is refused, and of "1800000000:22,5" it keeps 22; who publishes is told neither.
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
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_type all\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# What comes in on in/… is published on out/…, so that one sees what collectd made of it. ClientId, since both would
# have the same one otherwise.
cat >"$folder/collectd.conf" <<TEXT
Hostname "here"
BaseDir "$folder"
PIDFile "$folder/pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin logfile
<Plugin logfile>
  File "$folder/collectd.log"
</Plugin>
LoadPlugin mqtt
<Plugin mqtt>
  <Publish "out">
    Host "127.0.0.1"
    Port $port
    ClientId "out"
    Prefix "out"
  </Publish>
  <Subscribe "in">
    Host "127.0.0.1"
    Port $port
    ClientId "in"
    Topic "in/#"
  </Subscribe>
</Plugin>
TEXT
mosquitto_sub -h 127.0.0.1 -p "$port" -W 20 -i reader -t 'out/#' -F '%t %x' >"$folder/out" &
pids+=($!)
timeout 40 collectd -f -C "$folder/collectd.conf" >"$folder/start" 2>&1 &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if grep -q 'Sending SUBACK to in$' "$folder/log" && grep -q 'Sending SUBACK to reader$' "$folder/log"; then break; fi
  sleep 0.1
done

declare -A sent=([good]='1800000000:21.5' [now]='N:21.5' [bare]='21.5' [json]='{"value":21.5}' [comma]='1800000000:22,5')
for name in bare json comma now good; do
  mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "in/there/room/temperature-$name" -m "${sent[$name]}"
done
printf '1800000001:20\0' | mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t in/there/room/temperature-nul -s
for ((i = 0; i < 100; ++i)); do
  if grep -q temperature-nul "$folder/out"; then break; fi
  sleep 0.1
done

changed=0
shows() { # WHAT EXPECTED NAME [WHATEVER, if its time is that of the run]
  local hex seen=nothing
  hex=$(sed -n "s|^out/there/room/temperature-$3 ||p" "$folder/out")
  if [[ $hex ]]; then seen=$(/usr/bin/python3 -c 'import sys; print(bytes.fromhex(sys.argv[1]))' "$hex" ); fi
  if [[ ${4-} ]]; then seen=$(sed -E "s/'[0-9.]+:/'NOW:/" <<<"$seen"); fi
  printf '%-30s %s\n' "$1" "$seen"
  if [[ $seen != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
shows '1800000000:21.5 comes out as' "b'1800000000.000:21.5\\x00'" good
shows 'N:21.5 as' "b'NOW:21.5\\x00'" now its
shows '1800000001:20 and NUL as' "b'1800000001.000:20\\x00'" nul
shows '1800000000:22,5 as' "b'1800000000.000:22\\x00'" comma
shows '21.5 as' nothing bare
shows '{"value":21.5} as' nothing json
((changed == 0))
