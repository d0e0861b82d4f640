#!/usr/bin/env bash
# What syslog-ng's http() destination makes of an answer that is not 2xx. 400, 401, 403, 404, 413, 429 and 503, and a
# redirect that it does not follow, are all one to it: it sends the same message again and again, every time-reopen()
# seconds, and nothing that is behind it. So one message that the service refuses blocks all later ones. 410 and 422 lose
# the message at once, and 504 has it sent three times (retries(), as far apart) and then dropped. Retry-After is not
# read. Who ships with http() to a service that may refuse one message should say what is refused for good:
# response-action(400 => drop, 403 => drop, 404 => drop, 413 => drop). With 504 => disconnect nothing is lost, but a
# message that was delivered although nobody could say so comes again.
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
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need syslog-ng-core 3.38.1-
need syslog-ng-mod-http 3.38.1-

# The first level of the path is the status of every answer; the server notes that, and the message.
cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.path[1:]} {message}\n")
        status = int(self.path[1:4])
        self.send_response(status)
        if status in (429, 503):
            self.send_header("Retry-After", "30")
        if status == 307:
            self.send_header("Location", "/202")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + "/port", "w") as file:
    file.write(f"{server.server_port}\n")
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/server.py" "$folder" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done
root=http://127.0.0.1:$(<"$folder/port")

statuses=(202 204 307 400 401 403 404 410 413 422 429 503 504 400_drop 504_disconnect)
{
  printf '@version: 3.38\noptions { stats-freq(0); time-reopen(1); };\n'
  for status in "${statuses[@]}"; do
    printf 'one\ntwo\n' >"$folder/log_$status"
    action=
    if [[ $status == *_* ]]; then action="response-action(${status%_*} => ${status#*_})"; fi
    echo "log { source { file('$folder/log_$status' follow-freq(0.2) flags(no-parse)); };
      destination { http(url('$root/$status') method('POST') body('\$MSG') $action); }; };"
  done
} >"$folder/conf"
: >"$folder/seen"
timeout 40 syslog-ng --foreground --no-caps --stderr --cfgfile="$folder/conf" --persist-file="$folder/persist" \
  --control="$folder/control" --pidfile="$folder/pid" 2>"$folder/errors" &
pids+=($!)
times() { grep -c "^$1 $2\$" "$folder/seen" || true; }
for ((i = 0; i < 300; ++i)); do
  least=$(times 504 two)
  for status in 307 400 401 403 404 413 429 503 504_disconnect; do
    now=$(times "$status" one)
    if ((now < least)); then least=$now; fi
  done
  if ((least >= 3)); then break; fi
  sleep 0.1
done
sleep 1 # were more to come, it would be there

echo 'two messages to each, 1 s between attempts'
for status in "${statuses[@]}"; do
  one=$(times "$status" one)
  two=$(times "$status" two)
  if ((one >= 3 && two == 0)); then
    echo "$status: the first again and again, the second never"
  else
    echo "$status: the first $one times, the second $two times"
  fi
done | tee "$folder/table"
diff - "$folder/table" <<'TEXT'
202: the first 1 times, the second 1 times
204: the first 1 times, the second 1 times
307: the first again and again, the second never
400: the first again and again, the second never
401: the first again and again, the second never
403: the first again and again, the second never
404: the first again and again, the second never
410: the first 1 times, the second 1 times
413: the first again and again, the second never
422: the first 1 times, the second 1 times
429: the first again and again, the second never
503: the first again and again, the second never
504: the first 3 times, the second 3 times
400_drop: the first 1 times, the second 1 times
504_disconnect: the first again and again, the second never
TEXT
