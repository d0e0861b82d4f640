#!/usr/bin/env bash
# wget2 is no wget with HTTP/2. It decodes the path of a URL and encodes it anew: %2F becomes a slash, so that the topic
# a%2Fb is a/b on the wire; ; + , and = become %3B %2B %2C and %3D; a + in the query becomes %20. With --post-data, a Content-Type
# given by --header does not replace the form's: both are sent, as two fields, where one at most is allowed and a server
# may take the first, the last, or answer 400. And of 400, 403, 404, 429, 500 and 503 only 404 makes its exit code other
# than 0. Scripts that did well with wget meet all of this when wget is replaced by wget2: publish with wget or curl.
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
export HOME=$folder XDG_CONFIG_HOME=$folder XDG_DATA_HOME=$folder
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need wget2 1.99.1-
need wget 1.21.3-

# The first level of the path is the status of every answer.
cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open(sys.argv[1] + "/target", "w") as file:
            file.write(self.path[4:])
        with open(sys.argv[1] + "/types", "w") as file:
            file.write(", ".join(self.headers.get_all("Content-Type", [])))
        self.send_response(int(self.path[1:4]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

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

code=0
run() { # PROGRAM ARGUMENTS...
  rm -f "$folder/target" "$folder/types"
  code=0
  timeout 20 "$1" --quiet --tries=1 --output-document="$folder/content" "${@:2}" || code=$?
}
for program in wget wget2; do
  for target in '/a%2Fb' '/a;b=1' '/a+b,c' '/a%252Fb' '/t?x=a+b&y=%2B;%2F'; do
    run "$program" "$root/200$target"
    echo "$program $target -> $(<"$folder/target")"
  done
  run "$program" --header='Content-Type: application/json' --post-data='{"level":21.5}' "$root/200/t"
  echo "$program sends as Content-Type: $(<"$folder/types")"
  codes=
  for status in 202 400 403 404 429 500 503; do
    run "$program" --post-data=x "$root/$status/t"
    codes+=" $status:$code"
  done
  echo "$program exits with$codes"
done | tee "$folder/table"
diff - "$folder/table" <<'TEXT'
wget /a%2Fb -> /a%2Fb
wget /a;b=1 -> /a;b=1
wget /a+b,c -> /a+b,c
wget /a%252Fb -> /a%252Fb
wget /t?x=a+b&y=%2B;%2F -> /t?x=a+b&y=%2B;%2F
wget sends as Content-Type: application/json
wget exits with 202:0 400:8 403:8 404:8 429:8 500:8 503:8
wget2 /a%2Fb -> /a/b
wget2 /a;b=1 -> /a%3Bb%3D1
wget2 /a+b,c -> /a%2Bb%2Cc
wget2 /a%252Fb -> /a%252Fb
wget2 /t?x=a+b&y=%2B;%2F -> /t?x=a%20b&y=%2B;%2F
wget2 sends as Content-Type: application/json, application/x-www-form-urlencoded
wget2 exits with 202:0 400:0 403:0 404:8 429:0 500:0 503:0
TEXT
