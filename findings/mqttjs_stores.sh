#!/usr/bin/env bash
# mqtt-jsonl-store 0.2.1 keeps mqtt.js's packets in flight in a file, and writes to it once a minute. So of what was
# published at QoS 1 and 2 while the broker was away nothing is left if the program is stopped by SIGTERM within the
# minute. And what the broker has taken stays in the file as long: after the next SIGTERM all of it is sent again as new
# messages, those of QoS 2 too. Only closing the store (`await manager.close()`) writes what is due. mqtt-level-store
# 3.1.0, for the same purpose, does what one would expect. The README tells neither the minute nor the option for it
# (`throttleFS`, a second at the least).
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
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-
npm_packages=(mqtt@5.10.3 mqtt-jsonl-store@0.2.1 mqtt-level-store@3.1.0)
echo '{}' >"$folder/package.json"
(cd "$folder" && timeout 300 npm install --save --no-audit --no-fund --loglevel=error "${npm_packages[@]}" >/dev/null)
echo "${npm_packages[*]}, Node.js $(node --version)"

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
cat >"$folder/program.js" <<'JS'
const mqtt = require('mqtt');
const [kind, path, port, task, how] = process.argv.slice(2);
const stop = async manager => {
  if (how === 'close') {
    await new Promise(done => { const closed = manager.close(done); if (closed) closed.then(done); });
    process.exit();
  }
  process.kill(process.pid, 'SIGTERM');
};
(async () => {
  let manager;
  if (kind === 'level') {
    manager = require('mqtt-level-store')(path);
  } else {
    manager = new (require('mqtt-jsonl-store').Manager)(path);
    await manager.open();
  }
  const client = mqtt.connect({host: '127.0.0.1', port: Number(port), clientId: 'writer', clean: false,
    reconnectPeriod: 300, outgoingStore: manager.outgoing, incomingStore: manager.incoming});
  client.on('error', () => {});
  if (task === 'publish') { // nobody listens at the port now
    for (const qos of [1, 2]) client.publish(`kept/${qos}`, `qos${qos}`, {qos});
    setTimeout(stop, 1500, manager);
  } else { // sends what it has kept, then one of its own
    const end = () => client.publish('end', task, {qos: 1}, () => setTimeout(stop, 500, manager));
    client.on('connect', () => setTimeout(end, 500));
  }
})();
JS
program() { # KIND TASK END
  timeout 30 node "$folder/program.js" "$1" "$folder/$1" "$port" "$2" "$3" >>"$folder/said" 2>&1 || true
} 2>/dev/null
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
sends() { # KIND TASK: what arrives from the program that is stopped by SIGTERM a second after
  : >"$folder/came"
  stdbuf -oL timeout 40 mosquitto_sub -h 127.0.0.1 -p "$port" -i "$2" -c -q 2 -t '#' -F %p >"$folder/came" 2>/dev/null &
  local listener=$!
  for ((i = 0; i < 50; ++i)); do
    if grep -q "SUBACK to $2\$" "$folder/log"; then break; fi
    sleep 0.1
  done
  program "$1" "$2" TERM
  for ((i = 0; i < 50; ++i)); do
    if grep -q "$2" "$folder/came"; then break; fi
    sleep 0.1
  done
  kill "$listener"
  wait "$listener" 2>/dev/null || true
  paste -s -d ' ' "$folder/came"
}
for kind in jsonl level; do
  for end in TERM close; do
    mkdir "$folder/jsonl" # which its Manager does not do
    echo "mqtt-$kind-store: published without a broker, then $end"
    program "$kind" publish "$end"
    timeout 100 mosquitto -v -c "$folder/mosquitto.conf" 2>"$folder/log" &
    broker=$!
    pids=("$broker")
    until_listens
    case $kind-$end in
      jsonl-TERM) first=started-1 second=started-2 ;;
      jsonl-close) first='qos1 qos2 started-1' second='qos1 qos2 started-2' ;;
      level-*) first='qos1 qos2 started-1' second=started-2 ;;
    esac
    shows '  started again, it sends' "$first" "$(sends "$kind" started-1)"
    shows '  stopped by SIGTERM and started again, it sends' "$second" "$(sends "$kind" started-2)"
    kill "$broker"
    wait "$broker" || true
    pids=()
    rm -r "$folder/jsonl" "$folder/level" 2>/dev/null || true
  done
done
((changed == 0))
