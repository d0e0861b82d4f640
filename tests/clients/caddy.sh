#!/usr/bin/env bash
# Caddy in front.
# shellcheck source=tests/clients/support.sh
source ./support.sh
# shellcheck source=tests/clients/front.sh
source ./front.sh

port=$(free_port)
cat >"$scratch/Caddyfile" <<TEXT
{
  admin off
  auto_https off
}
http://127.0.0.1:$port {
  bind 127.0.0.1
  reverse_proxy ${BRIDGE#http://}
}
TEXT
HOME=$scratch XDG_DATA_HOME=$scratch XDG_CONFIG_HOME=$scratch start caddy caddy run --config "$scratch/Caddyfile" --adapter caddyfile
wait_until_listens "$port"

# expect: json 200 caddy/json q1 - hello
# expect: form 200 caddy/form q0 - hello
# expect: put 200 caddy/put q0r - a file\n
# expect: chunked 200 caddy/chunked q0r - a pipe
# expect: delete 200 caddy/put q0r -
# expect: delete_content 200 caddy/chunked q0r -
# expect: slashes 200 caddy/a//b q0 - x
# expect: leading 200 /caddy/leading q0 - x
# expect: encoded 200 caddy/c/d q0 - x
# expect: unicode 200 caddy/k\xc3\xbcche%\x20e q0 - x
# expect: refused 400
# expect: large 413
# expect: health 200
publish_through "$port" caddy
