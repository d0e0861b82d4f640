#!/usr/bin/env bash
# curl --retry and where the output goes. With -o /dev/null, as every second script has it, a POST that meets a 503
# with content is NOT tried again: curl wants to cut the file that the first answer went to, which cannot be done to
# /dev/null, and ends at once with 23, "Failed to truncate file", and -w writes nothing. A 503 without content is tried
# again, and so is everything with >/dev/null. But standard output, pipe or file, gets the contents of all attempts,
# one after the other, with --fail-with-body too: jq sees the 503 and then the 200. Only a regular file after -o has
# the last one alone, or -f leaves those of failures away. -D FILE keeps the fields of all attempts. One would expect
# the option that throws the content away to change nothing else, and the output to be the last answer. Version: curl
# 7.88.1. (Reported to curl as issue 17371, in 2025.)
set -euo pipefail
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
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "$1" >/dev/null
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need curl 7.88.1-

# The first POST to each path is answered with 503, the second with 200; those to /empty… without content.
cat >"$folder/server.py" <<'TEXT'
import collections
import http.server
import sys

seen = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        with open(f"{sys.argv[1]}{self.path}.asked", "a") as log:
            log.write("POST\n")
        seen[self.path] += 1
        status = 503 if seen[self.path] == 1 else 200
        content = b"" if self.path.startswith("/empty") else b'{"code":%d}' % status
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/server.py" "$folder" >"$folder/port" 2>"$folder/server.log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done
at=http://127.0.0.1:$(<"$folder/port")

changed=0
shows() { # WHAT NAME EXPECTED STATUS: what $folder/NAME has
  local seen
  touch "$folder/$2" "$folder/$2.asked"
  seen="$(wc -l <"$folder/$2.asked") sent, exit $4, output [$(<"$folder/$2")]"
  printf '%-36s %s\n' "$1" "$seen"
  if [[ $seen != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
post=(timeout 20 curl -sS --retry 3 --json '{"level":21.5}')
# In the order of the names; each has a path of its own.
status=0
"${post[@]}" -o /dev/null -w '%{http_code}' "$at/null" >"$folder/null" 2>"$folder/error" || status=$?
shows '-o /dev/null' null '1 sent, exit 23, output []' $status
error=$(<"$folder/error")
status=0
"${post[@]}" -o /dev/null -w '%{http_code}' "$at/empty" >"$folder/empty" || status=$?
shows '-o /dev/null, 503 without content' empty '2 sent, exit 0, output [200]' $status
status=0
"${post[@]}" "$at/away" >/dev/null || status=$?
shows '>/dev/null' away '2 sent, exit 0, output []' $status
status=0
"${post[@]}" -o "$folder/file" "$at/file" || status=$?
shows '-o FILE' file '2 sent, exit 0, output [{"code":200}]' $status
status=0
"${post[@]}" "$at/stdout" >"$folder/stdout" || status=$?
shows '>FILE' stdout '2 sent, exit 0, output [{"code":503}{"code":200}]' $status
status=0
"${post[@]}" "$at/pipe" | cat >"$folder/pipe" || status=$?
shows '| cat' pipe '2 sent, exit 0, output [{"code":503}{"code":200}]' $status
status=0
"${post[@]}" --fail-with-body "$at/body" 2>/dev/null | cat >"$folder/body" || status=$?
shows '--fail-with-body | cat' body '2 sent, exit 0, output [{"code":503}{"code":200}]' $status
status=0
"${post[@]}" -f "$at/fail" 2>/dev/null | cat >"$folder/fail" || status=$?
shows '-f | cat' fail '2 sent, exit 0, output [{"code":200}]' $status
status=0
"${post[@]}" -o "$folder/content" -D "$folder/fields" "$at/dump" || status=$?
grep -o '^HTTP/1.1 ...' "$folder/fields" | paste -s -d ' ' >"$folder/dump"
shows '-D FILE' dump '2 sent, exit 0, output [HTTP/1.1 503 HTTP/1.1 200]' $status
echo "what -o /dev/null says: $error"
((changed == 0))
