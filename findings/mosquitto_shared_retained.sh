#!/usr/bin/env bash
# mosquitto 2.0.11 gives what is retained to shared subscriptions, too: each member of a group gets every retained
# message when it subscribes, under MQTT 3.1.1 and 5, and again each time it comes back and subscribes. MQTT 5 (4.8.2)
# says that none is sent for a shared subscription, and of a group one would expect one member at most to get it. So n
# workers do what is retained n times. Retain Handling 2 (`--retain-handling never`, MQTT 5) stops it; under 3.1.1 a
# worker can only look at the retain flag, which is 1 on these.
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
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 100 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
until_listens
here=(-h 127.0.0.1 -p "$port")
for name in one two three; do
  mosquitto_pub "${here[@]}" -q 1 -r -t "work/$name" -m "$name"
done
# Those who stay: two members of a group, so that each next one joins a group that has members.
for member in 1 2; do
  stdbuf -oL timeout 60 mosquitto_sub "${here[@]}" -q 1 -i "member$member" -t "\$share/group/work/#" -F '%t r%r' \
    >"$folder/member$member" 2>&1 &
  pids+=($!)
done
for ((i = 0; i < 100; ++i)); do
  if (($(cat "$folder"/member[12] | wc -l) >= 6)); then break; fi
  sleep 0.1
done
got() { # FILE
  sort "$1" | paste -s -d ,
}
joins() { # ARG…: what a third member is given within a second after it has subscribed
  { timeout 20 mosquitto_sub "${here[@]}" -q 1 -i third -W 1 -F '%t r%r' "$@" 2>/dev/null || true; } |
    sort | paste -s -d ,
}
all='work/one r1,work/three r1,work/two r1'
shows 'the first member of a group is given' "$all" "$(got "$folder/member1")"
shows 'the second' "$all" "$(got "$folder/member2")"
shows 'a third, MQTT 3.1.1' "$all" "$(joins -V 311 -t "\$share/group/work/#")"
shows 'a third, MQTT 5' "$all" "$(joins -V 5 -t "\$share/group/work/#")"
shows 'the same once more' "$all" "$(joins -V 5 -t "\$share/group/work/#")"
shows 'with a session, MQTT 3.1.1' "$all" "$(joins -V 311 -c -t "\$share/group/work/#")"
shows 'back in its session, subscribing again' "$all" "$(joins -V 311 -c -t "\$share/group/work/#")"
shows 'MQTT 5, --retain-handling never' '' "$(joins -V 5 --retain-handling never -t "\$share/group/work/#")"

# What is published with the retain flag from now on goes to one of them, as one expects.
mosquitto_sub "${here[@]}" -V 311 -i third -t ended -E # its session ends
mosquitto_pub "${here[@]}" -q 1 -r -t work/four -m four
for ((i = 0; i < 50; ++i)); do
  if grep -q four "$folder"/member[12]; then break; fi
  sleep 0.1
done
sleep 0.5 # for one too many
shows 'published now, with -r: to how many of two members' 1 "$(cat "$folder"/member[12] | grep -c four)"
((changed == 0))
