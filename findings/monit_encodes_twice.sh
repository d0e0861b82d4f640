#!/usr/bin/env bash
# Monit encodes the URL of an http test before it sends it, in `request "..."` and in `if failed url ...` alike, and takes
# no notice of what is encoded already: each % becomes %25. So /topics/a%2Fb, right in a browser, asks for another topic;
# the test fails with 404, or, worse, watches the wrong one. A blank is to be written as a blank (in `request`), and
# %2F, %2B, %3F and %23 cannot be said at all. Watch a topic that needs none of them, or run curl by `check program`.
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
need monit 1:5.33.

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.path}\n")
        self.send_response(200)
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
port=$(<"$folder/port")

targets=('/a%2Fb' '/a%20b?x=1%2B2' '/a;b+c,d=e:f?x=1+2&y' '/a b')
{
  printf 'set daemon 5\nset log %s/log\nset pidfile %s/pid\nset idfile %s/id\nset statefile %s/state\n' \
    "$folder" "$folder" "$folder" "$folder"
  echo 'check host bridge with address 127.0.0.1'
  for i in "${!targets[@]}"; do
    echo "  if failed port $port protocol http request \"/$i-request${targets[i]}\" then alert"
  done
  for i in 0 1 2; do
    echo "  if failed url http://127.0.0.1:$port/$i-url${targets[i]} then alert"
  done
} >"$folder/monitrc"
chmod 600 "$folder/monitrc"
: >"$folder/seen"
timeout 30 monit -I -c "$folder/monitrc" >/dev/null 2>&1 &
pids+=($!)
for ((i = 0; i < 200; ++i)); do
  if [[ $(sort -u "$folder/seen" | wc -l) -ge 7 ]]; then break; fi
  sleep 0.1
done

for i in "${!targets[@]}"; do
  for place in request url; do
    sent=$(grep -m 1 "^/$i-$place" "$folder/seen" || true)
    if [[ -n $sent ]]; then printf '%-8s %-21s -> %s\n' "$place" "${targets[i]}" "${sent#"/$i-$place"}"; fi
  done
done | tee "$folder/table"
diff - "$folder/table" <<'TEXT'
request  /a%2Fb                -> /a%252Fb
url      /a%2Fb                -> /a%252Fb
request  /a%20b?x=1%2B2        -> /a%2520b?x=1%252B2
url      /a%20b?x=1%2B2        -> /a%2520b?x=1%252B2
request  /a;b+c,d=e:f?x=1+2&y  -> /a;b+c,d=e:f?x=1+2&y
url      /a;b+c,d=e:f?x=1+2&y  -> /a;b+c,d=e:f?x=1+2&y
request  /a b                  -> /a%20b
TEXT
