#!/usr/bin/env bash
# cpp-httplib answers a Range field by itself, whatever the method, and after the handler has done its work: a POST gets
# 206 and a part of its answer, or 416 and no answer at all, though what it asked for has been done; RFC 9110 (14.2)
# defines Range for GET alone. A unit other than bytes is 416 before the handler is called, where the RFC has the field ignored.
# And of Accept-Encoding it looks for the name alone: "gzip;q=0", which means "no gzip", gets gzip. A program that puts
# cpp-httplib behind something of its own should leave both fields out.
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
need libcpp-httplib-dev 0.11.4
need g++ 4:12.2
need curl 7.88.1

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done

cat >"$folder/server.cpp" <<'CODE'
#include <httplib.h>

#include <cstdlib>
#include <string>

int main(int, char** arguments) {
  httplib::Server server;
  int done = 0;
  const auto work = [&](const httplib::Request&, httplib::Response& response) {
    ++done;
    response.set_content(R"({"code":0})", "application/json");
  };
  const auto count = [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::to_string(done), "text/plain");
    done = 0;
  };
  server.Get("/work", work).Post("/work", work).Put("/work", work).Delete("/work", work).Get("/done", count);
  server.listen("127.0.0.1", std::atoi(arguments[1]));
}
CODE
g++ -std=c++20 "$folder/server.cpp" -o "$folder/server" -lcpp-httplib -pthread
"$folder/server" "$port" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

changed=0
shows() { # NAME EXPECTED SEEN
  printf '%-60s %s\n' "$1" "$3"
  if [[ $2 != "$3" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}

told() { # CURL ARG…: status, content as text, and how often the handler was called
  local status
  status=$(curl -sS -m 10 -o "$folder/content" -w '%{http_code} %header{content-encoding}' "$@" "http://127.0.0.1:$port/work")
  echo "${status% } [$(tr -cd '[:print:]' <"$folder/content" | head -c 12)] done: $(curl -sS -m 10 "http://127.0.0.1:$port/done")"
}
shows 'POST' '200 [{"code":0}] done: 1' "$(told -d x)"
shows 'POST, Range: bytes=0-3' '206 [{"co] done: 1' "$(told -d x -H 'Range: bytes=0-3')"
shows 'PUT, Range: bytes=0-3' '206 [{"co] done: 1' "$(told -X PUT -d x -H 'Range: bytes=0-3')"
shows 'DELETE, Range: bytes=-2' '206 [0}] done: 1' "$(told -X DELETE -H 'Range: bytes=-2')"
shows 'POST, Range: bytes=100-' '416 [] done: 1' "$(told -d x -H 'Range: bytes=100-')"
shows 'POST, Range: lines=0-3' '416 [] done: 0' "$(told -d x -H 'Range: lines=0-3')"
shows 'GET, Accept-Encoding: identity' '200 [{"code":0}] done: 1' "$(told -H 'Accept-Encoding: identity')"
encoded() { told "$@" | cut -d ' ' -f 1-2; }
shows 'GET, Accept-Encoding: gzip;q=0, identity' '200 gzip' "$(encoded -H 'Accept-Encoding: gzip;q=0, identity')"
shows 'GET, Accept-Encoding: br;q=0, gzip' '200 br' "$(encoded -H 'Accept-Encoding: br;q=0, gzip')"
((changed == 0))
