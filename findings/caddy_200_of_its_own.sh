#!/usr/bin/env bash
# Caddy answers what no block of its Caddyfile is for with 200 and no content: another host (the address, where the site
# has a name), a path that is not in the matcher of reverse_proxy or handle, and that with POST, PUT and DELETE as well.
# `reverse_proxy /publish/*` is not for /publish. The client sees a success, and no backend has seen the request. A
# `respond 404` after it does not help: it goes first all the same and takes everything. One must put the
# proxy into `handle PATH { … }` with a `handle { respond 404 }` after it, and
# take only the answer that one expects for a success, not any 200.
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
need caddy 2.6.2-
need curl 7.88.1-
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ports=()
for ((i = 0; i < 5; ++i)); do
  while port=$((20000 + RANDOM % 12000)) && { listens "$port" || [[ " ${ports[*]} " == *" $port "* ]]; }; do :; done
  ports+=("$port")
done
run() { # PORT COMMAND…
  local port=$1
  shift
  "$@" >>"$folder/log" 2>&1 </dev/null &
  pids+=($!)
  for ((i = 0; i < 200; ++i)); do
    if listens "$port"; then return; fi
    sleep 0.1
  done
  tail -n 5 "$folder/log" >&2
  exit 1
}

cat >"$folder/backend.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"backend")
    do_POST = do_PUT = do_DELETE = answer
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
TEXT
backend=127.0.0.1:${ports[0]}
run "${ports[0]}" /usr/bin/python3 "$folder/backend.py" "${ports[0]}"
cat >"$folder/Caddyfile" <<TEXT
{
  admin off
  auto_https off
}
http://bridge.example:${ports[1]} {
  bind 127.0.0.1
  reverse_proxy $backend
}
:${ports[2]} {
  bind 127.0.0.1
  reverse_proxy /publish/* $backend
}
:${ports[3]} {
  bind 127.0.0.1
  handle /publish* {
    reverse_proxy $backend
  }
  handle {
    respond 404
  }
}
:${ports[4]} {
  bind 127.0.0.1
  reverse_proxy /publish* $backend
  respond 404
}
TEXT
run "${ports[4]}" caddy run --config "$folder/Caddyfile" --adapter caddyfile

changed=0
shows() { # METHOD HOST PORT PATH EXPECTED
  local seen
  seen=$(curl -sS -m 10 -X "$1" -d x -H "Host: $2" -o "$folder/content" -w '%{http_code}' "http://127.0.0.1:$3$4")
  seen="$seen $(<"$folder/content")"
  printf '  %-6s %-16s %-18s %s\n' "$1" "$4" "at $2" "$seen"
  rm "$folder/content"
  if [[ $seen != "$5" ]]; then
    echo "    was $5 when this was written"
    changed=1
  fi
}
echo 'site http://bridge.example'
shows POST bridge.example "${ports[1]}" /publish '200 backend'
shows POST 127.0.0.1 "${ports[1]}" /publish '200 '
shows DELETE localhost "${ports[1]}" /topics/a '200 '
echo 'reverse_proxy /publish/* …'
shows POST 127.0.0.1 "${ports[2]}" /publish/bulk '200 backend'
shows POST 127.0.0.1 "${ports[2]}" /publish '200 '
shows PUT 127.0.0.1 "${ports[2]}" /topics/a '200 '
echo 'reverse_proxy /publish* …, respond 404'
shows POST 127.0.0.1 "${ports[4]}" /publish '404 '
echo 'handle /publish* { … }, handle { respond 404 }'
shows POST 127.0.0.1 "${ports[3]}" /publish '200 backend'
shows PUT 127.0.0.1 "${ports[3]}" /topics/a '404 '
((changed == 0))
