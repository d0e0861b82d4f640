#!/usr/bin/env bash
# What clients make of the path of a URL before they send it. "." and ".." are valid levels of an MQTT topic, and so are
# empty ones; where the topic is part of the path, some clients publish to another topic than the URL says.
#
# Each client asks for /t/a/../b, /t/a/%2e%2e/b, /t/a//b and /t/%7Ea; the table shows the target on the wire.
set -euo pipefail
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT
export HOME=$folder GOCACHE=$folder/go GO111MODULE=off
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need curl 7.88.1-
need wget 1.21.3-
need httpie 3.2.1-
need python3-requests 2.28.1+
need python3-aiohttp 3.8.4-
need python3-httpx 0.23.3-
need golang-go 2:1.19
need openjdk-17-jdk-headless 17.0.
need libwww-perl 6.68-
need php-cli 2:8.2+
need ruby 1:3.1
need erlang-inets 1:25.2.
echo "node $(node --version)"
[[ $(node --version) == v20.* ]] || { echo "Node.js 20 expected" >&2; exit 1; }

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1] + "/targets", "a") as file:
            file.write(self.requestline.split()[1] + "\n")
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
urls=("$root/t/a/../b" "$root/t/a/%2e%2e/b" "$root/t/a//b" "$root/t/%7Ea")

mkdir "$folder/python"
cat >"$folder/python/with_requests.py" <<'TEXT'
import sys, requests
for url in sys.argv[1:]:
    requests.get(url, timeout=10)
TEXT
cat >"$folder/python/with_urllib.py" <<'TEXT'
import sys, urllib.request
for url in sys.argv[1:]:
    urllib.request.urlopen(url, timeout=10)
TEXT
cat >"$folder/python/with_httpx.py" <<'TEXT'
import sys, httpx
for url in sys.argv[1:]:
    httpx.get(url, timeout=10)
TEXT
cat >"$folder/python/with_aiohttp.py" <<'TEXT'
import asyncio, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        for url in sys.argv[1:]:
            async with session.get(url):
                pass
asyncio.run(main())
TEXT
cat >"$folder/get.go" <<'TEXT'
package main

import (
	"net/http"
	"os"
)

func main() {
	for _, url := range os.Args[1:] {
		if answer, err := http.Get(url); err == nil {
			answer.Body.Close()
		}
	}
}
TEXT
cat >"$folder/Get.java" <<'TEXT'
import java.net.URI;
import java.net.http.*;

class Get {
  public static void main(String[] urls) throws Exception {
    for (String url : urls)
      HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding());
  }
}
TEXT
cat >"$folder/get.escript" <<'TEXT'
#!/usr/bin/env escript
main(Urls) ->
    {ok, _} = application:ensure_all_started(inets),
    [httpc:request(get, {Url, []}, [], []) || Url <- Urls].
TEXT

changed=0
shows() { # CLIENT EXPECTED COMMAND…
  local seen client=$1 expected=$2
  shift 2
  : >"$folder/targets"
  timeout 60 "$@" >>"$folder/log" 2>&1 </dev/null || true
  seen=$(tr '\n' ' ' <"$folder/targets")
  printf '%-24s %s\n' "$client" "$seen"
  if [[ $seen != "$expected " ]]; then
    echo "  was $expected when this was written"
    changed=1
  fi
}
as_written='/t/a/../b /t/a/%2e%2e/b /t/a//b /t/%7Ea'
# ~ and . are decoded, but what comes of that is not squashed any more.
dots_decoded='/t/b /t/a/../b /t/a//b /t/~a'
squashed='/t/b /t/a/%2e%2e/b /t/a//b /t/%7Ea'
shows 'curl' "$squashed" curl "${urls[@]}"
shows 'curl --path-as-is' "$as_written" curl --path-as-is "${urls[@]}"
shows 'wget' "$squashed" wget -O /dev/null "${urls[@]}"
shows 'HTTPie' "$dots_decoded" bash -c "for url; do http --ignore-stdin GET \"\$url\"; done" - "${urls[@]}"
shows 'HTTPie --path-as-is' '/t/a/../b /t/a/%2E%2E/b /t/a//b /t/%7Ea' bash -c "for url; do http --ignore-stdin --path-as-is GET \"\$url\"; done" - "${urls[@]}"
shows 'Python requests' "$dots_decoded" /usr/bin/python3 "$folder/python/with_requests.py" "${urls[@]}"
shows 'Python urllib' "$as_written" /usr/bin/python3 "$folder/python/with_urllib.py" "${urls[@]}"
shows 'Python httpx' '/t/b /t/a/%2E%2E/b /t/a//b /t/%7Ea' /usr/bin/python3 "$folder/python/with_httpx.py" "${urls[@]}"
shows 'Python aiohttp' '/t/b /t/b /t/a//b /t/~a' /usr/bin/python3 "$folder/python/with_aiohttp.py" "${urls[@]}"
shows 'Node.js fetch' '/t/b /t/b /t/a//b /t/%7Ea' \
  node -e '(async () => { for (const url of process.argv.slice(1)) await (await fetch(url)).text(); })()' "${urls[@]}"
shows 'Go net/http' "$as_written" go run "$folder/get.go" "${urls[@]}"
shows 'Java HttpClient' "$as_written" java "$folder/Get.java" "${urls[@]}"
# shellcheck disable=SC2016
shows 'Perl LWP::UserAgent' "$as_written" perl -MLWP::UserAgent -e 'LWP::UserAgent->new->get($_) for @ARGV' "${urls[@]}"
# shellcheck disable=SC2016
shows 'Perl HTTP::Tiny' "$as_written" perl -MHTTP::Tiny -e 'HTTP::Tiny->new->get($_) for @ARGV' "${urls[@]}"
# shellcheck disable=SC2016
shows 'PHP streams' "$as_written" php -r 'foreach (array_slice($argv, 1) as $url) @file_get_contents($url);' "${urls[@]}"
shows 'Ruby Net::HTTP' "$as_written" ruby -rnet/http -e 'ARGV.each { |url| Net::HTTP.get(URI(url)) }' "${urls[@]}"
shows 'Erlang httpc' '/t/b /t/b /t/a//b /t/~a' escript "$folder/get.escript" "${urls[@]}"
((changed == 0))
