#!/usr/bin/env bash
# Varnish in front, with its defaults.
# shellcheck source=tests/clients/support.sh
source ./support.sh
# shellcheck source=tests/clients/front.sh
source ./front.sh

port=$(free_port)
start varnish varnishd -F -a "127.0.0.1:$port" -b "${BRIDGE#http://}" -n "$scratch/varnish" -s malloc,32m
wait_until_listens "$port"

# expect: json 200 varnish/json q1 - hello
# expect: form 200 varnish/form q0 - hello
# expect: put 200 varnish/put q0r - a file\n
# expect: chunked 200 varnish/chunked q0r - a pipe
# expect: delete 200 varnish/put q0r -
# expect: delete_content 200 varnish/chunked q0r -
# expect: slashes 200 varnish/a//b q0 - x
# expect: leading 200 /varnish/leading q0 - x
# expect: encoded 200 varnish/c/d q0 - x
# expect: unicode 200 varnish/k\xc3\xbcche%\x20e q0 - x
# expect: refused 400
# expect: large 413
# expect: health 200
publish_through "$port" varnish

# What can change must not come out of its cache.
# expect: fresh 200
ask fresh "http://127.0.0.1:$port/readyz"
# expect: fetched_again yes
curl -sS -m 20 -D "$scratch/head" -o "$scratch/answer" "http://127.0.0.1:$port/readyz"
# X-Varnish has a second number, that of the request whose answer was kept, where it comes from the cache.
echo "fetched_again $(grep -qiE '^X-Varnish: [0-9]+.?$' "$scratch/head" && echo yes) $(tr -d '\r' <"$scratch/head" | tr '\n' ' ')"
