#!/usr/bin/env bash
# MQTT 5 lets a broker say "no matching subscribers" (16) in its acknowledgement. mosquitto says it at QoS 1 alone, of a
# retained message too, which it keeps and gives to whoever comes; and its 0 does not mean that anybody gets
# the message: an absent subscriber of QoS 0, one whose queue is full (max_queued_messages), a publisher that is
# the only one and asked for No Local, a shared subscription whose members are all away, count as subscribers.
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
need python3 3.11

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' 'max_queued_messages 3' >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

cat >"$folder/reasons.py" <<'PY'
import socket
import struct
import sys

CONNECT, PUBLISH, PUBACK, PUBREC, PUBCOMP, SUBACK = 1, 3, 4, 5, 7, 9
NO_LOCAL = 4


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


class Client:
    """As much of MQTT 5 as it takes to see the bytes of an acknowledgement; all packets here are short."""

    def __init__(self, name, clean=True):
        self.socket = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
        self.identifier = 0
        expiry = b"\x11" + struct.pack(">I", 100)
        self.send(0x10, text("MQTT") + bytes([5, 2 if clean else 0, 0, 60, len(expiry)]) + expiry + text(name))
        self.receive(2)

    def send(self, first, rest):
        assert len(rest) < 128
        self.socket.sendall(bytes([first, len(rest)]) + rest)

    def exactly(self, count):
        found = b""
        while len(found) < count:
            part = self.socket.recv(count - len(found))
            assert part, "the broker has closed"
            found += part
        return found

    def receive(self, kind):
        while True:
            first, length = self.exactly(2)
            rest = self.exactly(length)
            if first >> 4 == kind:
                return rest

    def subscribe(self, topic_filter, options):
        self.identifier += 1
        self.send(0x82, struct.pack(">H", self.identifier) + b"\0" + text(topic_filter) + bytes([options]))
        self.receive(SUBACK)
        return self

    def publish(self, topic, qos, retain=0):
        self.identifier += 1
        self.send(PUBLISH << 4 | qos << 1 | retain, text(topic) + struct.pack(">H", self.identifier) + b"\0" + b"m")
        if qos == 1:
            return self.reason(PUBACK)
        received = self.reason(PUBREC)
        self.send(0x62, struct.pack(">H", self.identifier))
        return f"{received}, {self.reason(PUBCOMP)}"

    def reason(self, kind):
        rest = self.receive(kind)
        return rest[2] if len(rest) > 2 else 0

    def leave(self):
        self.send(0xE0, b"")
        self.socket.close()

    def count(self):
        """How many messages come within a second."""
        self.socket.settimeout(1)
        came = 0
        try:
            while True:
                self.receive(PUBLISH)
                came += 1
        except TimeoutError:
            return came


publisher = Client("publisher")
print("nobody, QoS 1:", publisher.publish("nobody", 1))
print("nobody, QoS 2 (PUBREC, PUBCOMP):", publisher.publish("nobody", 2))
print("nobody, QoS 1, retained:", publisher.publish("kept", 1, 1))
print("  who comes later gets", Client("later").subscribe("kept", 1).count())
Client("asks for QoS 0").subscribe("zero", 0).leave()
print("an absent subscriber of QoS 0:", publisher.publish("zero", 1))
print("  when it is back it gets", Client("asks for QoS 0", clean=False).count())
Client("absent").subscribe("queue", 1).leave()
print("an absent subscriber, 8 messages:", *[publisher.publish("queue", 1) for _ in range(8)])
print("  when it is back it gets", Client("absent", clean=False).count())
Client("member").subscribe("$share/group/work", 1).leave()
print("an absent member of a group:", publisher.publish("work", 1))
alone = Client("alone").subscribe("own", 1 | NO_LOCAL)
print("the publisher alone, No Local:", alone.publish("own", 1))
print("  it gets", alone.count())
PY
/usr/bin/python3 "$folder/reasons.py" "$port" | tee "$folder/seen"
cat >"$folder/expected" <<'TEXT'
nobody, QoS 1: 16
nobody, QoS 2 (PUBREC, PUBCOMP): 0, 0
nobody, QoS 1, retained: 16
  who comes later gets 1
an absent subscriber of QoS 0: 0
  when it is back it gets 0
an absent subscriber, 8 messages: 0 0 0 0 0 0 0 0
  when it is back it gets 3
an absent member of a group: 0
the publisher alone, No Local: 0
  it gets 0
TEXT
diff "$folder/expected" "$folder/seen" || { echo "it behaves otherwise now" >&2; exit 1; }
