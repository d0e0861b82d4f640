#!/usr/bin/env bash
# cpp-httplib percent-decodes the values of header fields: who sends "X-Rate: 50%25" is read as 50%, and a
# topic that its sender has encoded, so that it fits into a field, comes out decoded once more than its reader
# thinks. The fields of a form stand among those of the query, under the same names: `a=2` in the content of POST
# /p?a=1 is the second `a`, and get_param_value() gives the query's.
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

int main(int, char** arguments) {
  httplib::Server server;
  server.Post("/p", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content("[" + request.get_header_value("X-Value") + "] a=" +
                             request.get_param_value("a") + " of " + std::to_string(request.get_param_value_count("a")),
                         "text/plain");
  });
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

told() { curl -sS -m 10 "${@:2}" "http://127.0.0.1:$port$1"; }
shows 'X-Value: 50%25' '[50%] a= of 0' "$(told /p -d '' -H 'X-Value: 50%25')"
shows 'X-Value: home%2Fone+two' '[home/one+two] a= of 0' "$(told /p -d '' -H 'X-Value: home%2Fone+two')"
shows 'POST /p?a=1 with the form a=2' '[] a=1 of 2' "$(told '/p?a=1' -d a=2)"
((changed == 0))
