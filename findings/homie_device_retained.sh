#!/usr/bin/env bash
# homie-device, the Homie convention for Node.js, says of each property "$retained true", and retains the first value
# alone: every send() sets the property back to not retained. So who comes later is given the first value that there
# ever was, for as long as the device runs, while those who listen have seen all the others. setRetained(true) helps
# for one send(), setRetained() as its own README writes it does not: that means false. And a device that is ended in
# good order, end(), says "$state disconnected" without retain; the retained $state stays "ready", and as it has taken
# its leave there is no will that would say "lost". One would expect the last value and "disconnected".
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
  dpkg-query -W "$1" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error homie-device@3.0.1 >/dev/null 2>&1)
version=$(node -p "require('$folder/node_modules/homie-device/package.json').version")
echo "homie-device $version, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# A device that does what it reads, line by line: a value to send, and how.
cat >"$folder/device.cjs" <<'TEXT'
const HomieDevice = require('homie-device');
const mqtt = {host: '127.0.0.1', port: Number(process.argv[2]), base_topic: 'homie/', auth: false};
const device = new HomieDevice({name: 'Room', device_id: 'room', mqtt});
const node = device.node('air', 'Air', 'sensor');
node.advertise('level').setName('Level').setDatatype('float');
device.on('connect', () => {
  require('readline').createInterface({input: process.stdin}).on('line', line => {
    const [value, how] = line.split(' ');
    const property = node.setProperty('level');
    if (how === 'setRetained(true)') property.setRetained(true);
    if (how === 'setRetained()') property.setRetained();
    if (how === 'end()') device.end();
    else property.send(value);
  });
});
device.setup(true);
TEXT
timeout 100 stdbuf -oL mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -q 1 -t 'homie/room/#' --retain-as-published \
  -F '%t %p' >"$folder/live" &
pids+=($!)
mkfifo "$folder/orders"
(cd "$folder" && exec timeout 100 node device.cjs "$port") <"$folder/orders" >>"$folder/log" 2>&1 &
pids+=($!)
exec 4>"$folder/orders"
lives() { # TEXT: waits until the listener has heard it
  for ((i = 0; i < 100; ++i)); do
    if grep -qxF "$1" "$folder/live"; then return; fi
    sleep 0.1
  done
}
later() { # TOPIC: what a new subscriber is given
  timeout 10 mosquitto_sub -h 127.0.0.1 -p "$port" -t "homie/room/$1" -C 1 -W 2 2>/dev/null || echo nothing
}
# shellcheck disable=SC2016 # topics with $
{
  lives 'homie/room/$state ready'
  echo "\$state: $(later '$state'); level/\$retained: $(later 'air/level/$retained')"
  for order in '21.5 send()' '22.0 send()' '22.5 send()' '23.0 setRetained(true)' '23.5 send()' '24.0 setRetained()'; do
    echo "$order" >&4
    lives "homie/room/air/level ${order% *}"
    how=${order#* }
    if [[ $how != 'send()' ]]; then how+='.send()'; fi
    printf '%-24s %s, a listener heard %s, a new one is given %s\n' "$how" "${order% *}" \
      "$(grep '/air/level ' "$folder/live" | tail -n 1 | cut -d ' ' -f 2)" "$(later air/level)"
  done
  echo '- end()' >&4
  lives 'homie/room/$state disconnected'
  printf '%-24s a listener heard %s, a new one is given %s\n' 'end()' \
    "$(grep -F '$state ' "$folder/live" | tail -n 1 | cut -d ' ' -f 2)" "$(later '$state')"
} | tee "$folder/shown"
exec 4>&-
diff "$folder/shown" - <<'TEXT'
$state: ready; level/$retained: true
send()                   21.5, a listener heard 21.5, a new one is given 21.5
send()                   22.0, a listener heard 22.0, a new one is given 21.5
send()                   22.5, a listener heard 22.5, a new one is given 21.5
setRetained(true).send() 23.0, a listener heard 23.0, a new one is given 23.0
send()                   23.5, a listener heard 23.5, a new one is given 23.0
setRetained().send()     24.0, a listener heard 24.0, a new one is given 23.0
end()                    a listener heard disconnected, a new one is given ready
TEXT
