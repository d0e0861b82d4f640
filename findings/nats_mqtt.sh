#!/usr/bin/env bash
# NATS' server 2.9.10 as an MQTT broker (Debian 12). A blank or a dot in a topic, sensor/v1.2/level say, is not
# refused: it ends the connection, and so does QoS 2; what the same client sends behind it is lost (limits that its
# log tells of). A subscription to # gets the server's own traffic, what it does for each client that comes and goes,
# and each retained message once more, as JSON with the payload in base64, on topics that begin with $, which # must
# not match (known as #3924, mended later). And > and *, plain characters in MQTT, are wildcards in a filter, while
# topics may have them: a client that listens to "n/>" gets everything below n.
# One would expect topics and filters to be MQTT's.
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
need nats-server 2.9.10-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
while own=$((20000 + RANDOM % 12000)) && { [[ $own == "$port" ]] || listens "$own"; }; do :; done
cat >"$folder/nats.conf" <<TEXT
server_name: here
host: 127.0.0.1
port: $own
jetstream { store_dir: "$folder/store" }
mqtt { host: 127.0.0.1, port: $port }
TEXT
nats-server -c "$folder/nats.conf" >"$folder/log" 2>&1 &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

here=(-V 311 -h 127.0.0.1 -p "$port")
subscribe() { # NAME FILTER: what it gets is in the file NAME
  timeout 80 stdbuf -oL mosquitto_sub "${here[@]}" -d -i "$1" -t "$2" -F 'got %t %p' >"$folder/$1" 2>&1 &
  pids+=($!)
  for ((i = 0; i < 100; ++i)); do
    if grep -q 'received SUBACK' "$folder/$1"; then break; fi
    sleep 0.1
  done
}
got() { sed -n 's/^got //p' "$folder/$1"; }
publish() { timeout 15 mosquitto_pub "${here[@]}" "$@"; }
until_end() { # NAME…: waits until these have got the message that says so
  for name; do
    for ((i = 0; i < 100; ++i)); do
      if got "$name" | grep -q '^[a-z/]* end$'; then break; fi
      sleep 0.1
    done
  done
}

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}

# One connection that publishes to TOPIC, and then, a moment later, to t/after.
cat >"$folder/two.py" <<'TEXT'
import socket, sys
topic, qos = sys.argv[2].encode(), int(sys.argv[3])
def publish(topic, qos, number):
    rest = len(topic).to_bytes(2, "big") + topic + (number.to_bytes(2, "big") if qos else b"") + b"m"
    return bytes([0x30 | qos << 1, len(rest)]) + rest
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as connection:
    connection.sendall(b"\x10\x0f\x00\x04MQTT\x04\x02\x00\x3c\x00\x03two")
    connection.recv(4, socket.MSG_WAITALL)
    connection.sendall(publish(topic, qos, 1) + publish(b"t/after", 1, 2))
    answers = b""
    try:
        while len(answers) < (8 if qos == 1 else 4):
            more = connection.recv(100)
            if not more:
                break
            answers += more
    except ConnectionError:
        pass
    print("PUBACK for t/after" if answers.endswith(b"\x40\x02\x00\x02") else f"the end, after {len(answers)} bytes")
TEXT
two() { timeout 20 /usr/bin/python3 "$folder/two.py" "$port" "$@"; }
echo 'A message to each of these, and one to t/after behind it'
shows 'a/b' 'PUBACK for t/after' "$(two a/b 1)"
shows 'a b' 'the end, after 0 bytes' "$(two 'a b' 1)"
shows 'sensor/v1.2/level' 'the end, after 0 bytes' "$(two sensor/v1.2/level 1)"
shows 'a/b, QoS 2' 'the end, after 0 bytes' "$(two a/b 2)"
shows 'a subscription to sensor/v1.2/level' denied \
  "$(timeout 10 mosquitto_sub "${here[@]}" -t sensor/v1.2/level -W 3 2>&1 | grep -o denied || true)"

subscribe greater 'n/>'
subscribe star 'n/*'
for topic in n/one n/one/two 'n/>' 'n/*'; do publish -q 1 -t "$topic" -m m; done
publish -q 1 -t n/last -m end
until_end greater star
shows 'n/> gets' 'n/one n/one/two n/> n/* n/last' "$(got greater | cut -d ' ' -f 1 | paste -s -d ' ')"
shows 'n/* gets' 'n/one n/> n/* n/last' "$(got star | cut -d ' ' -f 1 | paste -s -d ' ')"

subscribe all '#'
publish -q 1 -r -t t/kept -m 21.50
publish -q 1 -t t/end -m end
until_end all
for ((i = 0; i < 50; ++i)); do # the server's own may come a moment later
  if (($(got all | grep -c '^\$') >= 10)) && got all | grep -q '"topic":"t/kept"'; then break; fi
  sleep 0.1
done
echo 'Two messages, the first retained: what # gets'
shows 'on topics without a $' 't/kept 21.50; t/end end' "$(got all | grep -v '^\$' | paste -s -d ';' | sed 's/;/; /g')"
shows 'on topics with one, at least ten' yes "$( (($(got all | grep -c '^\$') >= 10)) && echo yes || echo no)"
shows 'the retained one on' "\$MQTT/rmsgs" "$(got all | grep '"topic":"t/kept"' | cut -d ' ' -f 1)"
shows 'there, its payload is' "$(printf 21.50 | base64)" \
  "$(got all | sed -n 's/.*"topic":"t\/kept","msg":"\([^"]*\)".*/\1/p')"
for topic in "\$JS/API/STREAM/MSG/GET/\$MQTT_sess" "\$JS/EVENT/ADVISORY/API"; do
  shows "others are on $topic" yes "$(got all | cut -d ' ' -f 1 | grep -qxF "$topic" && echo yes || echo no)"
done
((changed == 0))
