#!/usr/bin/env bash
# The Content-Type that a Zabbix webhook sends (HttpRequest of its JavaScript) depends on the content: what is a whole JSON
# object or array goes as application/json, anything else, as 21.5, true, "on", and {} with one letter too many, as
# text/plain. But if addHeader() was called before, with whatever, an Authorization say, nobody looks at the content, and
# all goes as application/x-www-form-urlencoded; if it is called after a request of the same object, the type of that
# request stays. So a webhook that worked changes its type when it is given a key: always add the Content-Type as well.
# GET and DELETE have a Content-Type too, and Content-Length: 0. And a 303 is followed with the method of the request, but
# without its content: a POST or PUT becomes an empty one.
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
need zabbix-proxy-sqlite3 1:6.0.14+ # has zabbix_js, which runs a webhook's script

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        fields = [self.headers[name] for name in ("Content-Type", "Content-Length") if name in self.headers]
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.command} {self.path[1:]} [{content}] {', '.join(fields)}\n")
        self.send_response(303 if self.path == "/see_other" else 202)
        if self.path == "/see_other":
            self.send_header("Location", "/other")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = answer

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

cat >"$folder/webhook.js" <<'TEXT'
var request = new HttpRequest();
['{"level":21.5}', ' [1, 2]', '{}', '21.5', 'true', '"on"', 'level=21.5', '{}}', ''].forEach(function (content) {
  request.put(value + '/plain', content);
});
request.get(value + '/plain');
request.delete(value + '/plain');
request.post(value + '/see_other', '{}');

request.addHeader('Authorization: Bearer key');
request.put(value + '/with_a_header_later', '21.5');
request = new HttpRequest();
request.addHeader('Authorization: Bearer key');
['{"level":21.5}', '21.5'].forEach(function (content) {
  request.put(value + '/with_a_header', content);
});
request.addHeader('Content-Type: application/json');
request.put(value + '/with_the_type', '21.5');
request.put(value + '/see_other', '{}');
request.clearHeader();
request.put(value + '/header_cleared', '{}');
return '';
TEXT
timeout 30 zabbix_js -s "$folder/webhook.js" -p "$root" >/dev/null
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
PUT plain [{"level":21.5}] application/json, 14
PUT plain [ [1, 2]] application/json, 7
PUT plain [{}] application/json, 2
PUT plain [21.5] text/plain, 4
PUT plain [true] text/plain, 4
PUT plain ["on"] text/plain, 4
PUT plain [level=21.5] text/plain, 10
PUT plain [{}}] text/plain, 3
PUT plain [] text/plain, 0
GET plain [] application/x-www-form-urlencoded, 0
DELETE plain [] application/x-www-form-urlencoded, 0
POST see_other [{}] application/json, 2
POST other [] application/json
PUT with_a_header_later [21.5] application/json, 4
PUT with_a_header [{"level":21.5}] application/x-www-form-urlencoded, 14
PUT with_a_header [21.5] application/x-www-form-urlencoded, 4
PUT with_the_type [21.5] application/json, 4
PUT see_other [{}] application/json, 2
PUT other [] application/json
PUT header_cleared [{}] application/json, 2
TEXT
