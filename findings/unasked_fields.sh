#!/usr/bin/env bash
# Fields that nobody asked for. Ruby's Net::HTTP#delete says Depth: Infinity, WebDAV's word for "with all that is below";
# its Net::HTTP::Delete does not. Erlang's httpc ends the list of transfer codings before it begins (an empty TE) and
# tells the length of the content that a GET does not have; so does the HttpClient of Java 17. Go's http.Post with the
# type "" sends an empty Content-Type.
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
need ruby 1:3.1
need erlang-inets 1:25.2.
need openjdk-17-jdk-headless 17.0.
need golang-go 2:1.19
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$folder GOCACHE=$folder/go GO111MODULE=off

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        odd = [f"{name}: {self.headers[name]}" for name in ("Depth", "TE", "Content-Length", "Content-Type")
               if name in self.headers]
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.command} {self.path[1:]} [{', '.join(odd)}]\n")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = answer

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

# shellcheck disable=SC2016
ruby -rnet/http -e 'uri = URI(ARGV[0]); Net::HTTP.start(uri.host, uri.port) do |http|
  http.delete("/ruby_delete")
  http.request(Net::HTTP::Delete.new("/ruby_request"))
end' "$root"
cat >"$folder/get.escript" <<'TEXT'
#!/usr/bin/env escript
main([Root]) ->
    {ok, _} = application:ensure_all_started(inets),
    {ok, _} = httpc:request(get, {Root ++ "/erlang", []}, [], []).
TEXT
timeout 30 escript "$folder/get.escript" "$root"
cat >"$folder/Get.java" <<'TEXT'
import java.net.URI;
import java.net.http.*;

class Get {
  public static void main(String[] arguments) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0] + "/java")).GET().build();
    client.send(request, HttpResponse.BodyHandlers.discarding());
  }
}
TEXT
timeout 60 java "$folder/Get.java" "$root"
cat >"$folder/post.go" <<'TEXT'
package main

import (
	"net/http"
	"os"
	"strings"
)

func main() {
	if answer, err := http.Post(os.Args[1]+"/golang", "", strings.NewReader("x")); err == nil {
		answer.Body.Close()
	}
}
TEXT
timeout 60 go run "$folder/post.go" "$root"
cat "$folder/seen"
diff "$folder/seen" - <<'TEXT'
DELETE ruby_delete [Depth: Infinity]
DELETE ruby_request []
GET erlang [TE: , Content-Length: 0]
GET java [Content-Length: 0]
POST golang [Content-Length: 1, Content-Type: ]
TEXT
