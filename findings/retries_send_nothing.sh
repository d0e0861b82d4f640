#!/usr/bin/env bash
# A PUT whose content is a stream is sent again with NO content, and the caller is told that all is well. The first
# attempt has read the stream to its end, and nobody winds it back or gives up:
# - after a 503: curl --retry -T -, urllib3 with status_forcelist, axios with axios-retry, got with a generator;
# - after a connection that ends without an answer: those, as they were told to retry, and without being told Perl's
#   HTTP::Tiny and Ruby's Net::HTTP, which does it after its read_timeout too, and for a File that it could wind back;
# - after a 307: curl -L -T -, urllib3, requests, aiohttp, and got with a Readable.
# One would expect an error, as undici gives, and got when a Readable meets a 503, or the same content again, as from
# curl's -d @- and -T FILE, urllib3 for a file, and axios after a 307. Where a PUT sets a value, the value is then the
# empty one. Below: which request to the server met what (drop: the connection ends; slow: no answer for 3 s), how many
# bytes of content each request had, and what the caller was told: "503  4 0, told 200" is a message lost and an empty
# one sent. Versions: curl 7.88.1, urllib3 1.26.12, requests 2.28.1, aiohttp 3.8.4, Ruby 3.1, Perl 5.36, axios 1.21.1
# with axios-retry 4.5.0, got 14.6.6, undici 6.29.1.
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
need python3-urllib3 1.26.12-
need python3-requests 2.28.1+
need python3-aiohttp 3.8.4-
need ruby3.1 3.1.
need perl 5.36.0-
modules=(axios@1.21.1 axios-retry@4.5.0 got@14.6.6 undici@6.29.1)
(cd "$folder" && timeout 300 npm install --no-audit --no-fund --loglevel=error "${modules[@]}" >/dev/null)
echo "${modules[*]}, Node.js $(node --version)"

# The first request to /503/…, /drop/…, /slow/… and /307/… meets what the name says, each later one is answered 200.
cat >"$folder/server.py" <<'TEXT'
import collections
import http.server
import sys
import time

seen = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        content = b""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline(), 16):
                content += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        what, name = self.path.removeprefix("/again").split("/")[1:]
        with open(f"{sys.argv[1]}/{name}.{what}", "a") as log:
            log.write(f"{len(content)}\n")
        seen[self.path] += 1
        status = 200
        if seen[self.path] == 1 and not self.path.startswith("/again"):
            if what == "drop":
                self.close_connection = True
                return
            if what == "slow":
                time.sleep(3)
            elif what != "200":
                status = int(what)
        self.send_response(status)
        if status == 307:
            self.send_header("Location", f"/again{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT

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

printf 21.5 >"$folder/value"
cat >"$folder/client.py" <<'TEXT'
import asyncio
import sys

import aiohttp
import requests
import urllib3

name, url, path = sys.argv[1:]


def parts():
    yield b"21.5"


async def parts_async():
    yield b"21.5"


async def with_aiohttp():
    async with aiohttp.ClientSession() as session:
        async with session.put(url, data=parts_async()) as answer:
            return answer.status


def main():
    if name == "aiohttp":
        return asyncio.run(with_aiohttp())
    if name == "requests":
        return requests.put(url, data=parts(), timeout=5).status_code
    retries = urllib3.Retry(total=3, status_forcelist=[503])
    content = open(path, "rb") if name == "urllib3_file" else parts()
    how = {"headers": {"Content-Length": "4"}} if name == "urllib3_file" else {"chunked": True}
    return urllib3.PoolManager().request("PUT", url, body=content, retries=retries, timeout=5, **how).status


try:
    print(main())
except Exception as error:
    print(type(error).__name__)
TEXT
cat >"$folder/client.rb" <<'TEXT'
require 'net/http'
name, url, path = ARGV
url = URI(url)
http = Net::HTTP.new(url.host, url.port)
http.read_timeout = 1
put = Net::HTTP::Put.new(url.path, 'Transfer-Encoding' => 'chunked', 'Content-Type' => 'text/plain')
put.body_stream = name == 'ruby_file' ? File.open(path) : IO.popen(['cat', path])
puts(http.start { |open| open.request(put) }.code) rescue puts($!.class)
TEXT
cat >"$folder/client.pl" <<'TEXT'
use strict;
use warnings;
use HTTP::Tiny;
my @parts = ('21.5');
my %put = (content => sub { shift @parts }, headers => {'Content-Type' => 'text/plain'});
print HTTP::Tiny->new(timeout => 5)->request('PUT', $ARGV[1], \%put)->{status}, "\n";
TEXT
cat >"$folder/client.mjs" <<'TEXT'
import { Readable } from 'node:stream';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import got from 'got';
import { Agent, RetryAgent, interceptors, request } from 'undici';

const [name, url] = process.argv.slice(2);
const headers = { 'content-type': 'text/plain' };
async function* parts() {
  yield '21.5';
}
const stream = () => Readable.from([Buffer.from('21.5')]);
const ways = {
  async axios() {
    const client = axios.create();
    axiosRetry(client, { retries: 2 });
    return (await client.put(url, stream(), { headers })).status;
  },
  got: async () => (await got.put(url, { headers, body: parts(), retry: { limit: 1 } })).statusCode,
  got_readable: async () => (await got.put(url, { headers, body: stream(), retry: { limit: 1 } })).statusCode,
  async undici() {
    const dispatcher = new RetryAgent(new Agent().compose(interceptors.redirect({ maxRedirections: 2 })));
    return (await request(url, { method: 'PUT', headers, body: stream(), dispatcher })).statusCode;
  },
};
try {
  console.log(await ways[name]());
} catch (error) {
  console.log('an error');
}
process.exit();
TEXT

ask() { # NAME WHAT
  local url=$at/$2/$1
  local curl=(curl -s -L --retry 2 --retry-all-errors -o /dev/null -w '%{http_code}, exit %{exitcode}')
  case $1 in
    curl_stdin) "${curl[@]}" -T - "$url" <"$folder/value" ;;
    curl_pipe) printf 21.5 | "${curl[@]}" -T - "$url" ;;
    curl_file) "${curl[@]}" -T "$folder/value" "$url" ;;
    curl_d) "${curl[@]}" -d @- "$url" <"$folder/value" ;;
    ruby*) ruby3.1 "$folder/client.rb" "$1" "$url" "$folder/value" ;;
    perl*) perl "$folder/client.pl" "$1" "$url" ;;
    axios | got* | undici) (cd "$folder" && node client.mjs "$1" "$url") ;;
    *) /usr/bin/python3 "$folder/client.py" "$1" "$url" "$folder/value" ;;
  esac
}
export -f ask
export at folder

changed=0
shows() { # NAME WHAT EXPECTED
  local told
  told=$(timeout 30 bash -c "ask $1 $2" 2>/dev/null) || true
  told="$(paste -s -d ' ' "$folder/$1.$2"), told ${told:-nothing}"
  printf '%-14s %-5s %s\n' "$1" "$2" "$told"
  if [[ $told != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
shows curl_pipe 503 '4 0, told 200, exit 0'
shows curl_pipe drop '4 0, told 200, exit 0'
shows curl_pipe 307 '4 0, told 200, exit 0'
shows curl_stdin 503 '4 0, told 200, exit 0'
shows curl_file 503 '4 4, told 200, exit 0'
shows curl_d 503 '4 4, told 200, exit 0'
shows urllib3 503 '4 0, told 200'
shows urllib3 drop '4 0, told 200'
shows urllib3 307 '4 0, told 200'
shows urllib3_file 503 '4 4, told 200'
shows requests 307 '4 0, told 200'
shows aiohttp 307 '4 0, told 200'
shows ruby_pipe drop '4 0, told 200'
shows ruby_pipe slow '4 0, told 200'
shows ruby_file drop '4 0, told 200'
shows ruby_file slow '4 0, told 200'
shows perl_tiny drop '4 0, told 200'
shows axios 503 '4 0, told 200'
shows axios drop '4 0, told 200'
shows axios 307 '4 4, told 200'
shows got 503 '4 0, told 200'
shows got drop '4 0, told 200'
shows got_readable 503 '4, told an error'
shows got_readable 307 '4 0, told 200'
shows undici 503 '4, told an error'
((changed == 0))
