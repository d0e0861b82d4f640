#!/usr/bin/env bash
# A level of a topic may be empty, and + stands for an empty one, too: a/+/b matches a//b, +/z matches /z, s/+ matches s/.
# mosquitto delivers so, and Node-RED's "mqtt in" drops what it is given: it asks again, with a regular expression that
# wants one character at least. mqtt-pattern, mqtt-regex, and qlobber unless it is told match_empty_levels, think like
# Node-RED; mqtt-match and mqtt-wildcard do not. To mqtt-regex # does not match /z, and /# matches z. So keep empty levels
# out of topics, no slash at either end and none doubled: joining a base that ends in / with a path that begins with one
# makes them. Or subscribe to a/# in Node-RED.
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
packages=(node-red@4.0.9 mqtt-pattern@2.1.1 mqtt-regex@1.1.0 qlobber@8.0.1 mqtt-match@3.0.0 mqtt-wildcard@3.0.9)
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error "${packages[@]}" >/dev/null)
echo "${packages[*]}, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
while web=$((20000 + RANDOM % 12000)) && listens "$web"; do :; done
publish() { timeout 10 mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -m m "$@"; }

# filter, topic that it matches by the standard; the last one does not match
cases=('a/+/b a/x/b' 'a/+/b a//b' '+/z /z' 's/+ s/' '# /z' '/# z')

# Node-RED: one "mqtt in" for each filter; what comes is written down with the number of the node.
mkdir "$folder/user"
{
  printf '[{"id":"t","type":"tab","label":"t"},{"id":"b","type":"mqtt-broker","broker":"127.0.0.1","port":"%s","autoConnect":true}' "$port"
  for n in "${!cases[@]}"; do
    printf ',{"id":"i%s","z":"t","type":"mqtt in","topic":"%s","qos":"1","datatype":"utf8","broker":"b","wires":[["f%s"]]}' \
      "$n" "${cases[n]% *}" "$n"
    printf ',{"id":"f%s","z":"t","type":"function","func":"return {payload: %s + msg.topic};","wires":[["o"]]}' "$n" "'$n '"
  done
  printf ',{"id":"o","z":"t","type":"file","filename":"%s/seen","appendNewline":true,"overwriteFile":"false","wires":[[]]}]' "$folder"
} >"$folder/user/flows.json"
printf 'module.exports = {flowFile: "flows.json", credentialSecret: false, uiHost: "127.0.0.1"};\n' >"$folder/user/settings.js"
HOME=$folder node "$folder/node_modules/node-red/red.js" --userDir "$folder/user" --port "$web" >>"$folder/log" 2>&1 &
pids+=($!)
for ((i = 0; i < 150; ++i)); do
  if [[ -s $folder/seen ]]; then break; fi
  publish -t ready 2>/dev/null || true
  sleep 0.2
done
for topic in a/x/b a//b /z s/ z end; do publish -t "$topic"; done # "end" is what the filter # waits for
for ((i = 0; i < 100; ++i)); do
  if grep -q '^4 end' "$folder/seen"; then break; fi
  sleep 0.1
done

# mosquitto: what is retained, by filter.
for topic in a/x/b a//b /z s/ z; do publish -r -t "$topic"; done
watchers=()
for n in "${!cases[@]}"; do
  mosquitto_sub -h 127.0.0.1 -p "$port" -W 3 -F %t -t "${cases[n]% *}" >"$folder/broker$n" 2>/dev/null &
  watchers+=($!)
done
for watcher in "${watchers[@]}"; do wait "$watcher" || true; done # they end by their timeout

cat >"$folder/match.cjs" <<'TEXT'
(async () => {
  const {matches} = await import('mqtt-pattern');
  const {default: match} = await import('mqtt-match');
  const {default: regex} = await import('mqtt-regex');
  const {Qlobber} = require('qlobber');
  const wildcard = require('mqtt-wildcard');
  const qlobber = options => (filter, topic) =>
    new Qlobber({separator: '/', wildcard_one: '+', wildcard_some: '#', ...options}).add(filter, 1).match(topic).length > 0;
  const all = [matches, (filter, topic) => regex(filter).exec(topic) != null, qlobber({}),
    qlobber({match_empty_levels: true}), match, (filter, topic) => wildcard(topic, filter) !== null];
  for (const line of process.argv.slice(2))
    console.log(all.map(asked => asked(...line.split(' ')) ? 'yes' : 'no').join(' '));
})();
TEXT
mapfile -t answers < <(cd "$folder" && timeout 30 node match.cjs "${cases[@]}")

format='%-8s %-8s %-10s %-9s %-13s %-11s %-8s %-19s %-11s %s\n'
# shellcheck disable=SC2059
{
  printf "$format" filter topic mosquitto Node-RED mqtt-pattern mqtt-regex qlobber match_empty_levels mqtt-match mqtt-wildcard
  for n in "${!cases[@]}"; do
    read -r filter topic <<<"${cases[n]}"
    red=no broker=no
    if grep -qxF "$n $topic" "$folder/seen"; then red=yes; fi
    if grep -qxF "$topic" "$folder/broker$n"; then broker=yes; fi
    read -ra others <<<"${answers[n]}"
    printf "$format" "$filter" "$topic" "$broker" "$red" "${others[@]}"
  done
} | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
filter   topic    mosquitto  Node-RED  mqtt-pattern  mqtt-regex  qlobber  match_empty_levels  mqtt-match  mqtt-wildcard
a/+/b    a/x/b    yes        yes       yes           yes         yes      yes                 yes         yes
a/+/b    a//b     yes        no        no            no          no       yes                 yes         yes
+/z      /z       yes        no        no            no          no       yes                 yes         yes
s/+      s/       yes        no        no            no          no       yes                 yes         yes
#        /z       yes        yes       yes           no          yes      yes                 yes         yes
/#       z        no         no        no            yes         no       no                  no          no
TEXT
