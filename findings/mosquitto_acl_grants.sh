#!/usr/bin/env bash
# With an acl_file, mosquitto grants every subscription, also of a topic that the user must not read: SUBACK says 0, and
# nothing comes. A subscriber cannot tell a forbidden filter from one on which nothing happens; only publishing is answered,
# with 135. The dynamic security plugin, on the other hand, refuses the subscription. Look into the list when nothing comes.
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
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-44s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
start() { # NAME LINE…: a mosquitto with these settings
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous false' "${@:2}" >"$folder/$1.conf"
  timeout 60 mosquitto -c "$folder/$1.conf" 2>"$folder/$1.log" &
  pids+=($!)
  for ((i = 0; i < 100; ++i)); do
    if listens "$port"; then break; fi
    sleep 0.1
  done
}
told() { # FILTER: what the SUBACK says to the user `device`; then how many of two messages came in two seconds
  timeout 10 stdbuf -oL mosquitto_sub -d -V 5 -h 127.0.0.1 -p "$port" -u device -P word -t "$1" -W 2 >"$folder/told" 2>&1 &
  local subscriber=$!
  for ((i = 0; i < 50; ++i)); do
    if grep -q 'Subscribed' "$folder/told"; then break; fi
    sleep 0.1
  done
  for ((i = 0; i < 2; ++i)); do mosquitto_pub -h 127.0.0.1 -p "$port" -u other -P word -q 1 -t "$1" -m "message $i"; done
  wait "$subscriber" || true
  echo "$(grep -o 'Subscribed.*' "$folder/told"), $(grep -c '^message' "$folder/told" || true) came"
}

mosquitto_passwd -b -c "$folder/passwords" device word
mosquitto_passwd -b "$folder/passwords" other word
printf '%s\n' 'user device' 'topic read allowed' 'user other' 'topic readwrite #' >"$folder/acl"
start list "password_file $folder/passwords" "acl_file $folder/acl"
shows 'acl_file, a filter that may be read' 'Subscribed (mid: 1): 0, 2 came' "$(told allowed)"
shows 'acl_file, one that must not' 'Subscribed (mid: 1): 0, 0 came' "$(told secret)"
shows '  and is published to' 'Warning: Publish 1 failed: Not authorized.' \
  "$(mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -u device -P word -q 1 -t secret -m x 2>&1 || true)"

mosquitto_ctrl dynsec init "$folder/dynsec.json" admin secret >/dev/null
start plugin "plugin $(dpkg-query -L mosquitto | grep mosquitto_dynamic_security.so)" \
  "plugin_opt_config_file $folder/dynsec.json"
control() { mosquitto_ctrl -h 127.0.0.1 -p "$port" -u admin -P secret dynsec "$@" >/dev/null 2>&1; }
control createClient device -p word
control createClient other -p word
shows 'dynamic security, one that must not' 'Subscribed (mid: 1): 135, 0 came' "$(told secret)"
((changed == 0))
