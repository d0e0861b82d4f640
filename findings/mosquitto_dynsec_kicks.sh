#!/usr/bin/env bash
# mosquitto 2.0.11 with its dynamic security plugin (Debian 12): a change that gives a client more rights, one more
# topic in a role of his, one more role or group, throws him out: DISCONNECT with reason 152, "administrative action",
# whether he has the role by himself or through a group. So does setting his password, even to what it is already.
# mosquitto_sub ends with 0 then. setDefaultACLAccess, which can take rights from everybody, throws nobody out. (The
# plugin's page says it of deleted and disabled clients; an issue, #2474, of a client that changes its own rights.)
# One would expect that rights are looked up at the next message, or that only taking them away throws out.
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
  local version policy=/usr/sbin/policy-rc.d
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    # the service, if there is one, is not started
    if [[ -e $policy ]]; then policy=$folder/policy; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    DEBIAN_FRONTEND=noninteractive \
      apt-get install -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends "$1" >/dev/null
    rm "$policy"
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
mosquitto_ctrl dynsec init "$folder/security.json" admin secret >/dev/null 2>&1
plugins=(/usr/lib/*-linux-gnu/mosquitto_dynamic_security.so)
cat >"$folder/mosquitto.conf" <<TEXT
user root
listener $port 127.0.0.1
allow_anonymous false
plugin ${plugins[0]}
plugin_opt_config_file $folder/security.json
TEXT
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
control() {
  timeout 20 mosquitto_ctrl -h 127.0.0.1 -p "$port" -u admin -P secret dynsec "$@" >"$folder/control" 2>&1
  if grep -q Error "$folder/control"; then cat "$folder/control"; fi
}
control createClient bridge -p secret
for role in sensors lamps others; do control createRole "$role"; done
control createGroup house
control addRoleACL sensors subscribePattern 'sensors/#' allow
control addClientRole bridge sensors

# A subscriber with the role sensors; is he still there when the change has been made?
changed=0
after() { # EXPECTED COMMAND ARG…
  local expected=$1 seen status=0
  shift
  timeout 60 stdbuf -oL mosquitto_sub -V 5 -d -h 127.0.0.1 -p "$port" -u bridge -P secret -t 'sensors/#' -q 1 \
    >"$folder/subscriber" 2>&1 &
  local subscriber=$!
  pids+=("$subscriber")
  for ((i = 0; i < 100; ++i)); do
    if grep -q '^Subscribed' "$folder/subscriber"; then break; fi
    sleep 0.1
  done
  control "$@"
  for ((i = 0; i < 15; ++i)); do
    if ! kill -0 "$subscriber" 2>/dev/null; then break; fi
    sleep 0.1
  done
  if kill "$subscriber" 2>/dev/null; then
    wait "$subscriber" || true
    seen=stays
  else
    wait "$subscriber" || status=$?
    seen="$(grep -o 'DISCONNECT (.*)' "$folder/subscriber" || true), exit $status"
  fi
  printf '%-52s %s\n' "$*" "$seen"
  if [[ $seen != "$expected" ]]; then
    echo "  was $expected when this was written"
    changed=1
  fi
}
out='DISCONNECT (152), exit 0'
after "$out" addRoleACL sensors publishClientSend 'sensors/#' allow
after stays addRoleACL lamps publishClientSend 'lamps/#' allow
after "$out" addClientRole bridge lamps
after stays addGroupRole house others
after "$out" addGroupClient house bridge
after "$out" addRoleACL others publishClientSend 'others/#' allow
after "$out" setClientPassword bridge secret
after stays createClient another -p secret
after stays setDefaultACLAccess publishClientReceive deny
((changed == 0))
