#!/usr/bin/env bash
# Ansible's module community.general.mqtt (ansible 7.7.0, ansible-core 2.14.18, paho-mqtt 1.6.1; Debian 12).
# 1. `ansible-playbook --check`, the dry run, publishes. The module's page promises "full" support of the check mode,
#    which is to say what would change "without modifying target"; the message goes out all the same, retained if the
#    task says so.
# 2. JSON text as a payload is published as it is written, until there is a variable in it: then Ansible takes what
#    comes out for a data structure and the module sends Python's notation of that, single quotes, True, None, 21.5
#    for 21.50. No JSON parser takes it, and the task says "ok". (Templates that look like data are known, as
#    Ansible's #83885; the module's page says nothing.) `{{ ... | to_json }}` as the whole payload helps, and so does
#    a blank before the first bracket.
# One would expect that nothing is sent in a dry run, and that text stays text.
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
need ansible-core 2.14.18-
need ansible 7.7.0+
need python3-paho-mqtt 1.6.1-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# NAME PAYLOAD, both as they stand in the playbook. All are retained, so that one can look at them afterwards.
tasks() {
  printf '%s\n' '- hosts: localhost' '  gather_facts: false' '  vars: {level: "21.50", name: hall}' '  tasks:'
  while read -r name payload; do
    printf '  - community.general.mqtt:\n      {%s, port: %s, topic: t/%s, retain: true, qos: "1", payload: %s}\n' \
      'server: 127.0.0.1' "$port" "$name" "$payload"
  done
}
tasks >"$folder/publish.yml" <<'TEXT'
text '{"level": 21.50, "on": true, "since": null}'
variable '{"level": {{ level }}, "on": true, "since": null}'
quoted '{"level": 21.50, "room": "{{ name }}"}'
list '[{{ level }}, 1e3, false]'
to_json "{{ {'level': level | float, 'on': true, 'since': none} | to_json }}"
blank ' {"level": {{ level }}, "on": true, "since": null}'
TEXT
tasks >"$folder/check.yml" <<<'checked open'
played() { # ARG…: the recap of a playbook
  HOME=$folder ANSIBLE_NOCOLOR=1 ANSIBLE_REMOTE_TEMP=$folder/remote timeout 240 \
    ansible-playbook -i localhost, -c local -e ansible_python_interpreter=/usr/bin/python3 "$@" 2>"$folder/stderr" |
    sed -n 's/^localhost  *: //p' | sed -E 's/ +/ /g; s/ unreachable.*//'
}
came() { timeout 20 mosquitto_sub -h 127.0.0.1 -p "$port" -t "t/$1" -C 1 -W 5 -F '%r %p' || true; }

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
shows 'ansible-playbook' 'ok=6 changed=0' "$(played "$folder/publish.yml")"
echo 'The payload in the playbook, and what came: retained or not, and the payload'
shows '{"level": 21.50, "on": true, "since": null}' '1 {"level": 21.50, "on": true, "since": null}' "$(came text)"
shows '{"level": {{ level }}, "on": true, "since": null}' "1 {'level': 21.5, 'on': True, 'since': None}" \
  "$(came variable)"
shows '{"level": 21.50, "room": "{{ name }}"}' "1 {'level': 21.5, 'room': 'hall'}" "$(came quoted)"
shows '[{{ level }}, 1e3, false]' '1 [21.5, 1000.0, False]' "$(came list)"
shows '{{ {...} | to_json }}' '1 {"level": 21.5, "on": true, "since": null}' "$(came to_json)"
shows 'a blank before the bracket' '1  {"level": 21.50, "on": true, "since": null}' "$(came blank)"
shows 'ansible-playbook --check' 'ok=1 changed=0' "$(played --check "$folder/check.yml")"
shows 'open' '1 open' "$(came checked)"
((changed == 0))
