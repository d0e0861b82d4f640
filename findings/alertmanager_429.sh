#!/usr/bin/env bash
# Alertmanager tries a webhook again after a 5xx, and gives the notification up after a 429, whose Retry-After it does
# not read: an alert that met a rate limit is lost until something about its group changes or repeat_interval (4 h) has
# passed. A receiver that wants it again must answer 503. And the endsAt of an alert that fires is the year 1.
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
need prometheus-alertmanager 0.25.0-
need curl 7.88.1-
need jq 1.6-

cat >"$folder/receiver.py" <<'TEXT'
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        with open(f"{sys.argv[1]}/seen{self.path.replace('/', '_')}", "ab") as file:
            file.write(content.strip() + b"\n")
        self.send_response(int(self.path[1:]))
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + "/port", "w") as file:
    file.write(f"{server.server_port}\n")
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/receiver.py" "$folder" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done
receiver=http://127.0.0.1:$(<"$folder/port")
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
cat >"$folder/alertmanager.yml" <<TEXT
route:
  receiver: all
  group_wait: 0s
  group_interval: 1m
receivers:
  - name: all
    webhook_configs:
      - url: $receiver/503
      - url: $receiver/429
      - url: $receiver/200
TEXT
prometheus-alertmanager --config.file "$folder/alertmanager.yml" --storage.path "$folder/data" \
  --web.listen-address "127.0.0.1:$port" --cluster.listen-address '' >"$folder/log" 2>&1 &
pids+=($!)
for ((i = 0; i < 300; ++i)); do
  if curl -sf -o /dev/null "http://127.0.0.1:$port/-/ready"; then break; fi
  sleep 0.1
done
curl -sS -m 10 -H 'Content-Type: application/json' -d '[{"labels":{"alertname":"Hot"}}]' "http://127.0.0.1:$port/api/v2/alerts"
sleep 15
times() { wc -l <"$folder/seen_$1"; }
ends_at=$(jq -r '.alerts[0].endsAt' "$folder/seen_200")
echo "notifications within 15 s: to the receiver that answers 503 with Retry-After: 1: $(times 503)"
echo "                           429 with Retry-After: 1: $(times 429)"
echo "                           200: $(times 200)"
echo "endsAt of the alert that fires: $ends_at"
[[ $(times 503) -ge 3 && $(times 429) == 1 && $(times 200) == 1 && $ends_at == 0001-01-01T00:00:00Z ]]
