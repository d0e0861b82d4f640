#!/usr/bin/env bash
# Which clients send a POST again, of their own accord, when the server closes the connection without an answer, as
# a restart or a proxy's time-out may make it do. Whoever publishes with them publishes twice.
#
# Each client sends one POST on a fresh connection that is closed as soon as the request is complete, and then, where it
# keeps connections, one that is answered and a second one on the same connection, which is closed. The table says how
# often the server has read that POST in all.
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
need python3 3.11.2-
need python3-requests 2.28.1+
need python3-aiohttp 3.8.4-
need python3-httpx 0.23.3-
need golang-go 2:1.19
need openjdk-17-jdk-headless 17.0.
need libwww-perl 6.68-
need php-cli 2:8.2+
need ruby 1:3.1
need erlang-inets 1:25.2.

# Reads complete requests. /answered gets 200 and stays open, everything else is closed without a word; what came to
# each path is counted in a file of that name.
cat >"$folder/server.py" <<'TEXT'
import os
import socket
import sys
import threading

folder, lock = sys.argv[1], threading.Lock()

def serve(client):
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = client.recv(65536)
            if not more:
                return client.close()
            data += more
        head, data = data.split(b"\r\n\r\n", 1)
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(data) < length:
            data += client.recv(65536)
        data = data[length:]
        path = head.split()[1].decode()
        if path == "/answered":
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok")
            continue
        with lock, open(os.path.join(folder, path.strip("/")), "a") as file:
            file.write("x")
        return client.close()

server = socket.create_server(("127.0.0.1", 0))
with open(os.path.join(folder, "port"), "w") as file:
    file.write(f"{server.getsockname()[1]}\n")
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
TEXT
mkdir "$folder/counts"
/usr/bin/python3 "$folder/server.py" "$folder/counts" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/counts/port ]]; then break; fi
  sleep 0.1
done
url=http://127.0.0.1:$(<"$folder/counts/port")
export url

cat >"$folder/requests.py" <<'TEXT'
import os, requests
url = os.environ["url"]
for first in (None, "/answered"):
    session = requests.Session()
    if first:
        session.post(url + first, data=b"x")
    try:
        session.post(url + ("/requests_kept" if first else "/requests_fresh"), data=b"x", timeout=10)
    except requests.RequestException:
        pass
TEXT
cat >"$folder/httpx.py" <<'TEXT'
import os, httpx
url = os.environ["url"]
for first in (None, "/answered"):
    with httpx.Client(timeout=10) as client:
        if first:
            client.post(url + first, content=b"x")
        try:
            client.post(url + ("/httpx_kept" if first else "/httpx_fresh"), content=b"x")
        except httpx.HTTPError:
            pass
TEXT
cat >"$folder/aiohttp.py" <<'TEXT'
import asyncio, os, sys
sys.path = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]
import aiohttp
url = os.environ["url"]
async def main():
    for first in (None, "/answered"):
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            if first:
                async with session.post(url + first, data=b"x") as answer:
                    await answer.read()
            try:
                async with session.post(url + ("/aiohttp_kept" if first else "/aiohttp_fresh"), data=b"x"):
                    pass
            except aiohttp.ClientError:
                pass
asyncio.run(main())
TEXT
cat >"$folder/golang.go" <<'TEXT'
package main

import (
	"io"
	"net/http"
	"os"
	"strings"
)

func post(client *http.Client, path, key string) {
	request, _ := http.NewRequest("POST", os.Getenv("url")+path, strings.NewReader("x"))
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if answer, err := client.Do(request); err == nil {
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

func main() {
	for _, key := range []string{"", "7f3a"} {
		name := "/golang"
		if key != "" {
			name = "/golang_key"
		}
		client := &http.Client{Transport: &http.Transport{}}
		post(client, name+"_fresh", key)
		post(client, "/answered", key)
		post(client, name+"_kept", key)
	}
}
TEXT
cat >"$folder/Clients.java" <<'TEXT'
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;

class Clients {
  static String url = System.getenv("url");
  static void old(String path) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url + path).openConnection();
      connection.setReadTimeout(10000);
      connection.setDoOutput(true);
      connection.getOutputStream().write("x".getBytes(StandardCharsets.UTF_8));
      connection.getInputStream().readAllBytes();
    } catch (java.io.IOException e) {
    }
  }
  static void modern(HttpClient client, String path) throws InterruptedException {
    try {
      client.send(HttpRequest.newBuilder(URI.create(url + path)).version(HttpClient.Version.HTTP_1_1)
                      .POST(HttpRequest.BodyPublishers.ofString("x")).build(), HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException e) {
    }
  }
  public static void main(String[] arguments) throws Exception {
    old("/java_old_fresh");
    old("/answered");
    old("/java_old_kept");
    HttpClient client = HttpClient.newHttpClient();
    modern(client, "/java_fresh");
    modern(client, "/answered");
    modern(client, "/java_kept");
  }
}
TEXT
cat >"$folder/lwp.pl" <<'TEXT'
use strict; use warnings; use LWP::UserAgent; use HTTP::Tiny;
for my $first (0, 1) {
    my $agent = LWP::UserAgent->new(keep_alive => 1, timeout => 10);
    $agent->post("$ENV{url}/answered", Content => 'x') if $first;
    $agent->post("$ENV{url}/lwp_" . ($first ? 'kept' : 'fresh'), Content => 'x');
    my $tiny = HTTP::Tiny->new(timeout => 10);
    $tiny->post("$ENV{url}/answered", {content => 'x'}) if $first;
    $tiny->post("$ENV{url}/tiny_" . ($first ? 'kept' : 'fresh'), {content => 'x'});
}
TEXT
cat >"$folder/ruby.rb" <<'TEXT'
require 'net/http'
[false, true].each do |first|
  uri = URI(ENV['url'])
  Net::HTTP.start(uri.host, uri.port, read_timeout: 10) do |http|
    http.post('/answered', 'x') if first
    http.post(first ? '/ruby_kept' : '/ruby_fresh', 'x')
  rescue EOFError, SystemCallError
  end
end
TEXT
cat >"$folder/httpc.escript" <<'TEXT'
#!/usr/bin/env escript
main(_) ->
    {ok, _} = application:ensure_all_started(inets),
    Url = os:getenv("url"),
    [httpc:request(post, {Url ++ Path, [], "text/plain", "x"}, [{timeout, 10000}], [])
     || Path <- ["/httpc_fresh", "/answered", "/httpc_kept"]].
TEXT
cat >"$folder/streams.php" <<'TEXT'
<?php
$http = ['method' => 'POST', 'content' => 'x', 'timeout' => 10, 'header' => 'Content-Type: text/plain'];
@file_get_contents(getenv('url') . '/php_fresh', false, stream_context_create(['http' => $http]));
TEXT

quietly() { timeout 60 "$@" >>"$folder/log" 2>&1 </dev/null || true; }
quietly curl -d x "$url/curl_fresh"
quietly curl -d x "$url/answered" "$url/curl_kept"
# --tries is 20 by default; the pauses grow by a second each.
quietly wget -O /dev/null --tries=3 --post-data x "$url/wget_fresh"
quietly wget -O /dev/null --tries=3 --post-data x "$url/answered" "$url/wget_kept"
for client in requests httpx aiohttp; do
  mv "$folder/$client.py" "$folder/with_$client.py"
  quietly /usr/bin/python3 "$folder/with_$client.py"
done
quietly go run "$folder/golang.go"
quietly java "$folder/Clients.java"
quietly perl "$folder/lwp.pl"
quietly ruby "$folder/ruby.rb"
quietly escript "$folder/httpc.escript"
quietly php "$folder/streams.php"

changed=0
count() { if [[ -s $folder/counts/$1 ]]; then wc -c <"$folder/counts/$1"; else echo 0; fi; }
shows() { # CLIENT NAME FRESH KEPT
  local fresh kept
  fresh=$(count "$2_fresh") kept=$(count "$2_kept")
  printf '%-46s fresh connection: %s   kept connection: %s\n' "$1" "$fresh" "$kept"
  if [[ "$fresh $kept" != "$3 $4" ]]; then
    echo "  was $3 and $4 when this was written"
    changed=1
  fi
}
shows 'curl' curl 1 2
shows 'wget --tries=3 (20 by default)' wget 3 3
shows 'Python requests' requests 1 1
shows 'Python httpx' httpx 1 1
shows 'Python aiohttp' aiohttp 1 1
shows 'Go net/http' golang 1 1
shows 'Go net/http, with an Idempotency-Key field' golang_key 1 2
shows 'Java HttpURLConnection' java_old 2 2
shows 'Java HttpClient' java 1 1
shows 'Perl LWP::UserAgent' lwp 1 1
shows 'Perl HTTP::Tiny' tiny 1 1
shows 'Ruby Net::HTTP' ruby 1 1
shows 'Erlang httpc' httpc 1 1
shows 'PHP streams (keeps no connections)' php 1 0
((changed == 0))
