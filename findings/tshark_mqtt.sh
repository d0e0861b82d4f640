#!/usr/bin/env bash
# tshark takes a connection whose CONNECT it has not seen for MQTT 3.1.1. Of MQTT 5 messages it then shows the
# properties as the beginning of the payload: 00 before each that has none. And of messages that share a segment the
# JSON (-T json) has the key "mqtt" twice: jq and other parsers keep the last message and lose the others; an empty
# payload is <MISSING> in mqtt.msg, a bare comma is what parts two topics.
# One must say -o mqtt.default_version:'MQTT v5.0' for a capture that begins late, --no-duplicate-keys with -T json,
# and -E aggregator=… with -T fields.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need tshark 4.0.17-
need jq 1.6-
need python3 3.11
export HOME=$folder

# Captures, written here as no privilege is needed for that: each list is the segments of one connection to port 1883.
cat >"$folder/captures.py" <<'TEXT'
import struct, sys

def text(value):
    return struct.pack(">H", len(value)) + value
def packet(first, content):
    return bytes([first, len(content)]) + content
def publish(topic, payload, properties=b""):
    return packet(0x30, text(topic) + bytes([len(properties)]) + properties + payload)
def capture(name, segments):
    sequence, address = 1000, bytes([127, 0, 0, 1])
    with open(f"{sys.argv[1]}/{name}", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))  # 101: begins with IP
        for content in segments:
            tcp = struct.pack(">HHIIBBHHH", 40000, 1883, sequence, 1, 80, 24, 65535, 0, 0) + content
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + address + address + tcp
            file.write(struct.pack("<IIII", sequence, 0, len(ip), len(ip)) + ip)
            sequence += len(content)

connect = packet(0x10, text(b"MQTT") + bytes([5, 2, 0, 60, 0]) + text(b"c"))
plain, rich = publish(b"a", b"hi"), publish(b"b", b"yo", b"\x26" + text(b"k") + text(b"v"))
capture("whole", [connect, plain, rich])
capture("late", [plain, rich])
capture("together", [connect, plain + rich + publish(b"c,d", b"")])
TEXT
/usr/bin/python3 "$folder/captures.py" "$folder"

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
look() { # CAPTURE ARGUMENTS…
  local capture=$1
  shift
  timeout 30 tshark -r "$folder/$capture" -Y 'mqtt.msgtype == 3' "$@" 2>/dev/null
}
fields() { look "$@" -T fields -E separator=/s -e mqtt.topic -e mqtt.msg | tr '\n' ';'; }
shows 'a: hi, b: yo, with CONNECT' 'a 6869;b 796f;' "$(fields whole)"
shows '  the same without CONNECT' 'a 006869;b 072600016b000176796f;' "$(fields late)"
shows '  and with mqtt.default_version' 'a 6869;b 796f;' "$(fields late -o 'mqtt.default_version:MQTT v5.0')"
shows 'a, b and "c,d" (no payload) in one segment, fields' 'a,b,c,d 6869,796f,<MISSING>;' "$(fields together)"
shows '  -E aggregator=;' 'a;b;c,d 6869;796f;<MISSING>;' "$(fields together -E 'aggregator=;')"
topics='[.[]._source.layers.mqtt | (if type == "array" then .[] else . end)."mqtt.topic"] | join(" ")'
shows '  -T json, the topics that jq shows' 'c,d' "$(look together -T json | jq -r "$topics")"
shows '  --no-duplicate-keys' 'a b c,d' "$(look together -T json --no-duplicate-keys | jq -r "$topics")"
((changed == 0))
