#!/usr/bin/env bash
# How does a client know that it has been given all that is retained? A broker handles a connection's packets in their
# order, so one would send SUBSCRIBE and PINGREQ and take the PINGRESP for the end. But it overtakes them. mosquitto has
# at most 20 messages of QoS 1 or 2 in flight to a client (max_inflight_messages; MQTT 3.1.1 has no Receive Maximum to
# ask for more), and answers a PINGREQ while the others wait: 20 of 50 have come by then. Aedes looks for retained
# messages while it goes on reading: some or all are behind the PINGRESP, at times also the only one of an exact filter.
# What ends the row is a message of one's own, of the same QoS, to a topic that one has subscribed to before: mosquitto
# sends it behind all others. Aedes sends even that before some of them if the filter has a wildcard, and behind the one
# message if it has none.
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
  dpkg-query -W "$1" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need mosquitto 2.0.11-
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error aedes@1.2.0 >/dev/null)
echo "Aedes $(node -p "require('$folder/node_modules/aedes/package.json').version"), Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}
wait_for() { # PORT
  for ((i = 0; i < 200; ++i)); do
    if listens "$1"; then return; fi
    sleep 0.1
  done
  echo "nothing listens on port $1" >&2
  return 1
}

mosquitto_port=$(free_port)
printf '%s\n' 'user root' "listener $mosquitto_port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
timeout 120 mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
aedes_port=$(free_port)
cat >"$folder/aedes.mjs" <<'TEXT'
import {Aedes} from 'aedes';
import {createServer} from 'node:net';
createServer((await Aedes.createBroker()).handle).listen(Number(process.argv[2]), '127.0.0.1');
TEXT
timeout 120 node "$folder/aedes.mjs" "$aedes_port" &
pids+=($!)
wait_for "$mosquitto_port"
wait_for "$aedes_port"

cat >"$folder/marks.py" <<'TEXT'
import socket
import struct
import sys
import time


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


class Client:
    """A client of MQTT 3.1.1 by hand, whose packets are seen in the order in which they come."""

    def __init__(self, port, name):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.bytes = b""
        self.send(0x10, text("MQTT") + bytes([4, 2, 0, 60]) + text(name))
        assert self.receive(time.monotonic() + 5)[0] == 0x20

    def send(self, first, body):
        assert len(body) < 128
        self.socket.sendall(bytes([first, len(body)]) + body)

    def receive(self, deadline):
        """(first byte, body) of the next packet, all shorter than 128 bytes here; None after the deadline."""
        while len(self.bytes) < 2 or len(self.bytes) < 2 + self.bytes[1]:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                self.bytes += self.socket.recv(65536)
            except TimeoutError:
                return None
        end = 2 + self.bytes[1]
        packet, self.bytes = (self.bytes[0], self.bytes[2:end]), self.bytes[end:]
        return packet

    def publish(self, topic, retain):
        self.send(0x32 | retain, text(topic) + b"\0\1x")

    def subscribe(self, topic_filter):
        self.send(0x82, b"\0\1" + text(topic_filter) + b"\1")


def seen_before(port, topic_filter, mark):
    """How many retained messages come before the mark, and how many in all."""
    client = Client(port, f"reader-{mark}-{time.monotonic_ns()}")
    client.subscribe("mark")
    assert client.receive(time.monotonic() + 5)[0] == 0x90
    client.subscribe(topic_filter)
    count, before, deadline = 0, None, time.monotonic() + 2
    while (packet := client.receive(deadline)) is not None:
        first, body = packet
        if first == 0x90 and mark == "ping":
            client.send(0xC0, b"")
        elif first == 0x90:
            client.publish("mark", 0)
        elif first == 0xD0:
            before = count
        elif first >> 4 == 3:
            size = struct.unpack(">H", body[:2])[0]
            client.send(0x40, body[2 + size:4 + size])
            if body[2:2 + size] == b"mark":
                before = count
            else:
                count += 1
    return before, count


ports = dict(zip(("mosquitto", "Aedes"), map(int, sys.argv[1:])))
right = True
for name, port in ports.items():
    publisher = Client(port, "publisher")
    for number in range(50):
        publisher.publish(f"room/{number}", 1)
        assert publisher.receive(time.monotonic() + 5)[0] == 0x40
    for mark in ("ping", "own message"):
        some, of_all = seen_before(port, "room/+", mark)
        one, of_one = seen_before(port, "room/7", mark)
        print(f"{name:10} {mark:12} room/+: {some} of {of_all} before it; room/7: {one} of {of_one}")
        right &= (of_all, of_one) == (50, 1)
        if name == "mosquitto":
            right &= (some, one) == ((20, 1) if mark == "ping" else (50, 1))
        else:
            right &= some < 50 and (mark == "ping" or one == 1)
sys.exit(0 if right else 1)
TEXT
# The order of one Aedes is not that of the next: what is stated of it are bounds.
timeout 60 /usr/bin/python3 -B "$folder/marks.py" "$mosquitto_port" "$aedes_port"
