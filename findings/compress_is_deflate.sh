#!/usr/bin/env bash
# What Python's clients do when they are told to compress a request: the word is `deflate`, not gzip. aiohttp's
# compress=True sends Content-Encoding: deflate and, the length not being known any more, chunked; HTTPie's --compress
# does so only where something is gained (short JSON goes as it is, without a word), and --compress --compress always.
# A server that knows gzip alone answers both with 415.
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
need httpie 3.2.1-
need python3-aiohttp 3.8.4-
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$folder

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while (size := int(self.rfile.readline(), 16)) > 0:
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1] + "/seen", "a") as file:
            coding, framing = self.headers.get("Content-Encoding"), self.headers.get("Transfer-Encoding")
            file.write(f"{self.path[1:]}: Content-Encoding {coding}, Transfer-Encoding {framing}\n")
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
root=http://127.0.0.1:$(<"$folder/port")

long=$(printf 'hello%.0s' {1..100})
http --ignore-stdin --compress POST "$root/httpie_short" topic=t msg=hello >/dev/null
http --ignore-stdin --compress POST "$root/httpie_long" topic=t msg="$long" >/dev/null
http --ignore-stdin --compress --compress POST "$root/httpie_short_twice" topic=t msg=hello >/dev/null
mkdir "$folder/python"
cat >"$folder/python/post.py" <<'TEXT'
import asyncio
import sys

import aiohttp

async def main():
    for name, compress in (("aiohttp_true", True), ("aiohttp_gzip", "gzip")):
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{sys.argv[1]}/{name}", json={"topic": "t"}, compress=compress) as answer:
                await answer.read()

asyncio.run(main())
TEXT
timeout 20 /usr/bin/python3 "$folder/python/post.py" "$root"
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
httpie_short: Content-Encoding None, Transfer-Encoding None
httpie_long: Content-Encoding deflate, Transfer-Encoding None
httpie_short_twice: Content-Encoding deflate, Transfer-Encoding None
aiohttp_true: Content-Encoding deflate, Transfer-Encoding chunked
aiohttp_gzip: Content-Encoding gzip, Transfer-Encoding chunked
TEXT
