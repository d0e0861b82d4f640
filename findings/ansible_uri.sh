#!/usr/bin/env bash
# Ansible's module uri (ansible-core 2.14.18, Debian 12) begins a request that it cannot end when `body` is anything
# but text: the number that a variable holds, a bare 21.50 or on, and JSON text with a variable in it, since Ansible
# makes a data structure of that. The header goes out, with "Transfer-Encoding: chunked", then nothing, and the
# connection is closed; the task fails with words such as "can't concat str to bytes". JSON text without a variable
# goes through. A server that goes by Content-Length alone, as plain handlers of Python's http.server do, takes it for
# a whole request without content: an empty message, which clears a topic if it is retained. `body_format: json`
# helps, but prints numbers anew, 21.5 for 21.50, 1000.0 for 1e3, and makes true of on. (That such bodies fail is
# known, as #9472 and others.)
# One would expect that the task fails before anything is sent, or sends the text that stands there.
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
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive \
    apt-get install -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need ansible-core 2.14.18-

# One connection after the other: says what came until the end, of the content announced or of the connection.
cat >"$folder/server.py" <<'TEXT'
import re, socket, sys
server = socket.create_server(("127.0.0.1", 0))
server.settimeout(240)
print(server.getsockname()[1], flush=True)
while True:
    connection = server.accept()[0]
    connection.settimeout(10)
    data, end = b"", None
    while end is None or len(data) < end:
        more = connection.recv(65536)
        if not more:
            break
        data += more
        head = data.find(b"\r\n\r\n") + 4
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", data[:head])
        if head > 3 and length:
            end = head + int(length[1])
    head = data.find(b"\r\n\r\n") + 4
    path = data.split(b" ")[1].decode()
    if end is None:
        chunked = b"transfer-encoding: chunked" in data[:head].lower()
        what = "header, chunked, then" if chunked else "header, then"
        print(path, what, len(data) - head, "bytes and the end", flush=True)
    else:
        print(path, "whole:", data[head:].decode(), flush=True)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    connection.close()
TEXT
timeout 245 /usr/bin/python3 "$folder/server.py" >"$folder/seen" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/seen ]]; then break; fi
  sleep 0.1
done
port=$(head -n 1 "$folder/seen")

# NAME BODY, as they stand in the playbook.
{
  printf '%s\n' '- hosts: localhost' '  gather_facts: false' '  ignore_errors: true' \
    '  vars: {level: 21.50, text: "21.50"}' '  tasks:'
  while read -r name body; do
    printf '  - uri: {url: "http://127.0.0.1:%s/%s", method: POST, body: %s}\n' "$port" "$name" "$body"
  done
} >"$folder/post.yml" <<'TEXT'
json '{"level": 21.50, "on": true}'
json_variable '{"level": {{ level }}, "on": true}'
json_text '{"level": {{ text }}, "on": true}'
text '{{ text }}'
number '{{ level }}'
bare 21.50
bare_on on
as_json '{"level": {{ text }}, "at": 1e3}', body_format: json
as_json_on on, body_format: json
TEXT
HOME=$folder ANSIBLE_NOCOLOR=1 ANSIBLE_REMOTE_TEMP=$folder/remote timeout 240 \
  ansible-playbook -i localhost, -c local -e ansible_python_interpreter=/usr/bin/python3 "$folder/post.yml" \
  >"$folder/said" 2>&1 || true

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
seen() { sed -n "s|^/$1 ||p" "$folder/seen"; }
nothing='header, chunked, then 0 bytes and the end'
shows "body: '{\"level\": 21.50, \"on\": true}'" 'whole: {"level": 21.50, "on": true}' "$(seen json)"
shows "body: '{\"level\": {{ level }}, \"on\": true}'" "$nothing" "$(seen json_variable)"
shows "the same, with text: \"21.50\" for the variable" "$nothing" "$(seen json_text)"
shows "body: '{{ text }}', text: \"21.50\"" 'whole: 21.50' "$(seen text)"
shows "body: '{{ level }}', level: 21.50" "$nothing" "$(seen number)"
shows 'body: 21.50' "$nothing" "$(seen bare)"
shows 'body: on' "$nothing" "$(seen bare_on)"
shows "'{\"level\": {{ text }}, \"at\": 1e3}', body_format: json" 'whole: {"level": 21.5, "at": 1000.0}' \
  "$(seen as_json)"
shows 'body: on, body_format: json' 'whole: true' "$(seen as_json_on)"
shows 'tasks that failed' 5 "$(grep -c '^fatal: ' "$folder/said")"
shows "of them with: can't concat str to bytes" 2 \
  "$(grep '^fatal: ' "$folder/said" | grep -c "can't concat str to bytes")"
((changed == 0))
