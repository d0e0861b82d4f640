#!/usr/bin/env bash
# HTTPie.
# shellcheck source=tests/clients/support.sh
source ./support.sh

pie() { # CASE ARG…
  local case=$1
  shift
  printf '%s %s\n' "$case" "$(http --timeout 20 --print h "$@" | awk 'NR == 1 { print $2 }')"
}

# expect: json 200 httpie/json q1r - hello
pie json --ignore-stdin POST "$BRIDGE/publish" topic=httpie/json msg=hello qos:=1 retain:=true
# expect: form 200 httpie/form q1r - hello
pie form --ignore-stdin --form POST "$BRIDGE/publish" topic=httpie/form msg=hello qos=1 retain=True
# expect: multipart 200 httpie/multipart q0 - hello
pie multipart --ignore-stdin --multipart POST "$BRIDGE/publish" topic=httpie/multipart msg=hello
# Its --compress is deflate; given twice, also where nothing is gained.
# expect: compress 200 httpie/compress q0 - hello
pie compress --ignore-stdin --compress --compress POST "$BRIDGE/publish" topic=httpie/compress msg=hello
# What it reads from a pipe it calls JSON.
# expect: pipe 200 httpie/pipe q0 application/json 21.5
printf 21.5 | pie pipe POST "$BRIDGE/topics/httpie/pipe"
# expect: chunked 200 httpie/chunked q0r application/json 21.5
printf 21.5 | pie chunked --chunked PUT "$BRIDGE/topics/httpie/chunked"
# expect: raw 200 httpie/raw q0 text/plain 21.5
pie raw --ignore-stdin --raw 21.5 POST "$BRIDGE/topics/httpie/raw" Content-Type:text/plain
# expect: delete 200 httpie/chunked q0r -
pie delete --ignore-stdin DELETE "$BRIDGE/topics/httpie/chunked"
# expect: user_property 200 httpie/user_property q0 application/json {}
pie user_property --ignore-stdin --raw '{}' POST "$BRIDGE/topics/httpie/user_property" userProperty==a:b
