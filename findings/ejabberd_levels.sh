#!/usr/bin/env bash
# ejabberd's MQTT refuses filters of more than eight levels with 143, "Topic Filter invalid", while topics of any depth are
# published, kept and delivered: what lies nine levels deep is seen through "#" alone. A message whose expiry is 0 s is
# acknowledged with success and delivered to nobody, where other brokers deliver it; and a topic that begins with $ is
# refused as an invalid name (144), not as one that is not allowed (135).
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
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
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
  timeout 120 erl -noinput -mnesia dir "\"$folder/data\"" -ejabberd log_path "\"$folder/ejabberd.log\"" -s ejabberd -eval '
  ok = ejabberd_auth:try_register(<<"device">>, <<"localhost">>, <<"secret">>).' >"$folder/said" 2>&1 &
pids+=($!)
here=(-V 5 -h 127.0.0.1 -p "$port" -u device -P secret)
for ((i = 0; i < 300; ++i)); do # it listens before its users are there
  if mosquitto_pub "${here[@]}" -t ready -m m -q 1 >/dev/null 2>&1; then break; fi
  sleep 0.2
done

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-44s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
granted() { timeout 10 mosquitto_sub "${here[@]}" -d -t "$1" -E 2>&1 | grep -o 'Subscribed.*' || true; }
told() { mosquitto_pub "${here[@]}" -d -q 1 "$@" 2>&1 | grep -o 'RC:[0-9]*'; }

shows 'filter of eight levels' 'Subscribed (mid: 1): 0' "$(granted a/2/3/4/5/6/7/8)"
shows 'filter of nine levels' 'Subscribed (mid: 1): 143' "$(granted a/2/3/4/5/6/7/8/9)"
shows 'eight plus signs, and one more' 'Subscribed (mid: 1): 143' "$(granted +/+/+/+/+/+/+/+/+)"
timeout 30 mosquitto_sub "${here[@]}" -t 'a/#' -F '%t %p' >"$folder/came" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do # until it hears
  mosquitto_pub "${here[@]}" -t a/begin -m heard
  if [[ -s $folder/came ]]; then break; fi
  sleep 0.1
done
shows 'published: a topic of nine levels' RC:0 "$(told -t a/2/3/4/5/6/7/8/9 -m nine)"
shows 'published: expiry 0' RC:0 "$(told -t a/zero -m zero -D publish message-expiry-interval 0)"
shows 'published: the end' RC:0 "$(told -t a/end -m end)"
for ((i = 0; i < 100; ++i)); do
  if grep -q end "$folder/came"; then break; fi
  sleep 0.1
done
shows 'came through a/#' 'a/2/3/4/5/6/7/8/9 nine; a/end end;' "$(grep -v begin "$folder/came" | paste -s -d ' ' | sed 's/ a\//; a\//; s/$/;/')"
shows "published: \$own/topic" RC:144 "$(told -t "\$own/topic" -m m)"
((changed == 0))
