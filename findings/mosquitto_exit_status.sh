#!/usr/bin/env bash
# mosquitto's command line tools end with 0 when the broker said no. mosquitto_pub whose message is refused ends with 0:
# under MQTT 5 with a warning on stderr (none with --quiet, none at QoS 0), under MQTT 3.1.1 without a word.
# mosquitto_sub whose only subscription is denied ends with 0 at once, where one that waits in vain ends with 27.
# mosquitto_ctrl ends with 0 when the command failed, and when its own password is wrong. Only mosquitto_pub that is
# refused at the connection ends with another status, 5 or 135 by the protocol's version. A script must publish with
# -V 5 -q 1 and read stderr (grep -iE 'failed|denied|error'); in MQTT 3.1.1 only a subscriber can say that a message arrived.
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
plugin=$(dpkg-query -L mosquitto | grep mosquitto_dynamic_security.so)
mosquitto_ctrl dynsec init "$folder/dynsec.json" admin secret >/dev/null
cat >"$folder/mosquitto.conf" <<TEXT
user root
listener $port 127.0.0.1
allow_anonymous false
log_type all
plugin $plugin
plugin_opt_config_file $folder/dynsec.json
TEXT
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# TOOL ARGUMENTS…: what the tool prints, and its exit status. What it says about a lack of encryption is left out.
says() {
  local tool=$1 status=0
  shift
  timeout 20 "$tool" -h 127.0.0.1 -p "$port" "$@" >"$folder/said" 2>&1 || status=$?
  grep -v -e 'without encryption' -e 'visible on the network' -e '^$' "$folder/said" | tr '\n' ' ' || true
  echo "[$status]"
}
control() { says mosquitto_ctrl -u admin -P secret dynsec "$@"; }
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-46s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
control createClient device -p word >/dev/null
control createRole some >/dev/null
control addRoleACL some publishClientSend allowed allow >/dev/null
control addRoleACL some subscribePattern allowed allow >/dev/null
control addClientRole device some >/dev/null
device=(-u device -P word)

shows 'mosquitto_pub -V 5 -q 1, refused' 'Warning: Publish 1 failed: Not authorized. [0]' \
  "$(says mosquitto_pub "${device[@]}" -V 5 -q 1 -t forbidden -m x)"
shows '  the same with --quiet' '[0]' "$(says mosquitto_pub "${device[@]}" --quiet -V 5 -q 1 -t forbidden -m x)"
shows '  the same with -q 0' '[0]' "$(says mosquitto_pub "${device[@]}" -V 5 -q 0 -t forbidden -m x)"
shows '  the same under MQTT 3.1.1' '[0]' "$(says mosquitto_pub "${device[@]}" -q 1 -t forbidden -m x)"
shows '  how many of these four the broker refused' 4 "$(grep -c "Denied PUBLISH.*'forbidden'" "$folder/log" || true)"
shows 'mosquitto_pub -V 5 -q 1, allowed' '[0]' "$(says mosquitto_pub "${device[@]}" -V 5 -q 1 -t allowed -m x)"
shows 'mosquitto_pub -V 5, wrong password' '[135]' \
  "$(says mosquitto_pub -u device -P wrong -V 5 -q 1 -t allowed -m x | sed 's/.* //')"
shows '  the same under MQTT 3.1.1' '[5]' \
  "$(says mosquitto_pub -u device -P wrong -q 1 -t allowed -m x | sed 's/.* //')"
shows 'mosquitto_sub -W 2, denied' 'All subscription requests were denied. [0]' \
  "$(says mosquitto_sub "${device[@]}" -W 2 -t forbidden)"
shows 'mosquitto_sub -W 2, allowed, nothing comes' 'Timed out [27]' "$(says mosquitto_sub "${device[@]}" -W 2 -t allowed)"
shows 'mosquitto_ctrl dynsec createClient, it exists' 'createClient: Error: Client already exists [0]' \
  "$(control createClient device -p word)"
shows 'mosquitto_ctrl dynsec deleteClient, unknown' 'deleteClient: Error: Client not found [0]' \
  "$(control deleteClient nobody)"
shows 'mosquitto_ctrl, its password is wrong' 'Connection error: Not authorized [0]' \
  "$(says mosquitto_ctrl -u admin -P wrong dynsec listClients)"
((changed == 0))
