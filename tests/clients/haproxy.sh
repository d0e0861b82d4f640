#!/usr/bin/env bash
# HAProxy in front, with Debian's timeouts.
# shellcheck source=tests/clients/support.sh
source ./support.sh
# shellcheck source=tests/clients/front.sh
source ./front.sh

port=$(free_port)
cat >"$scratch/haproxy.cfg" <<TEXT
defaults
  mode http
  timeout connect 5000
  timeout client 50000
  timeout server 50000
frontend front
  bind 127.0.0.1:$port
  default_backend bridge
backend bridge
  server bridge ${BRIDGE#http://}
TEXT
start haproxy haproxy -db -f "$scratch/haproxy.cfg"
wait_until_listens "$port"

# expect: json 200 haproxy/json q1 - hello
# expect: form 200 haproxy/form q0 - hello
# expect: put 200 haproxy/put q0r - a file\n
# expect: chunked 200 haproxy/chunked q0r - a pipe
# expect: delete 200 haproxy/put q0r -
# expect: delete_content 200 haproxy/chunked q0r -
# expect: slashes 200 haproxy/a//b q0 - x
# expect: leading 200 /haproxy/leading q0 - x
# expect: encoded 200 haproxy/c/d q0 - x
# expect: unicode 200 haproxy/k\xc3\xbcche%\x20e q0 - x
# expect: refused 400
# expect: large 413
# expect: health 200
publish_through "$port" haproxy
