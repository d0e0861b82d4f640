#!/usr/bin/env bash
# mosquitto_rr takes whatever comes first on the response topic for the answer: a retained message from before the
# question, with -R ("do not print stale messages") as well as without, and one whose correlation data are another
# request's, although its own were sent along. Then it ends with 0 and never sees the true answer. An empty answer prints
# nothing, not even a line end, and is 0, too. So each request wants a response topic of its own, nothing may be retained
# there, and who must be sure compares %D himself with what he sent.
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
printf 'listener %s 127.0.0.1\nallow_anonymous true\nlog_type all\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
publish() { mosquitto_pub -V 5 -h 127.0.0.1 -p "$port" -q 1 "$@"; }

# Waits for a request on NAME/request and answers with what its arguments say, message by message.
answers() { # NAME (ARGUMENTS OF ONE MESSAGE)…
  local name=$1 one
  shift
  mosquitto_sub -V 5 -h 127.0.0.1 -p "$port" -W 20 -i "$name" -C 1 -t "$name/request" -F %D >"$folder/$name.sent"
  for one in "$@"; do
    read -r -a words <<<"$one"
    publish -t "$name/response" "${words[@]}"
  done
}
asks() { # NAME OPTION…: what mosquitto_rr printed, and its exit status
  local name=$1 status=0
  shift
  for ((i = 0; i < 100; ++i)); do
    if grep -q "Sending SUBACK to $name\$" "$folder/log"; then break; fi
    sleep 0.1
  done
  mosquitto_rr -V 5 -h 127.0.0.1 -p "$port" -W 10 -q 1 -t "$name/request" -e "$name/response" -m question \
    -D publish correlation-data mine "$@" >"$folder/$name" || status=$?
  echo "$(<"$folder/$name"), exit $status"
}

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-58s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}

true_answer='-m true -D publish correlation-data mine'
answers good "$true_answer" &
pids+=($!)
shows 'an answer that bears its correlation data' 'true, exit 0' "$(asks good)"
answers other '-m another -D publish correlation-data theirs' "$true_answer" &
pids+=($!)
shows 'an answer to another request before it' 'another, exit 0' "$(asks other)"
shows '  correlation data that the one who answers saw' mine "$(<"$folder/other.sent")"
publish -r -t old/response -m yesterday
answers old "$true_answer" &
pids+=($!)
shows 'a retained message on the response topic' 'yesterday, exit 0' "$(asks old)"
publish -r -t stale/response -m yesterday
answers stale "$true_answer" &
pids+=($!)
shows '  the same with -R, "do not print stale messages"' 'yesterday, exit 0' "$(asks stale -R)"
answers empty -n "$true_answer" &
pids+=($!)
shows 'an empty message before the answer' ', exit 0' "$(asks empty)"
shows '  bytes printed' 0 "$(stat -c %s "$folder/empty")"
((changed == 0))
