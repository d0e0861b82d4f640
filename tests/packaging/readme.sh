#!/usr/bin/env bash
# What the README gives a person to try works as it stands: each of its ten lines is answered 2xx.
set -euo pipefail
readme=$1 program=$2
patience=30
# shellcheck source=tests/packaging/waiting.sh
source "$(dirname "${BASH_SOURCE[0]}")/waiting.sh"

cd "$(dirname "$readme")" # one of the lines sends a file
PATH=$PATH:/usr/sbin      # where mosquitto is
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
directory=$(mktemp -d)
processes=()
finish() {
  kill "${processes[@]}" 2>/dev/null || true
  wait
  rm -rf "$directory"
}
trap finish EXIT
fail() { echo "$*" >&2; cat "$directory"/*.log >&2; exit 1; }

broker=$(free_port)
while port=$(free_port) && ((port == broker)); do :; done
mosquitto -p "$broker" >"$directory/mosquitto.log" 2>&1 &
processes+=($!)
wait_until listens "$broker"
"$program" --mqtt-server 127.0.0.1 --mqtt-port "$broker" --http-port "$port" --state-dir none \
  >"$directory/bridge.log" 2>&1 &
processes+=($!)

export B=http://127.0.0.1:$port directory
wait_until curl -sf -o "$directory/answer" "$B/readyz"

curl() { command curl -sS -o "$directory/answer" -w '%{http_code}' "$@"; }
export -f curl
mapfile -t lines < <(awk '/^## Ten lines/ { here = 1 } here && /^```/ { if (open++) exit; next } open && !/^B=/' "$readme")
((${#lines[@]} == 10)) || fail "the README has ${#lines[@]} lines, not ten"
for line in "${lines[@]}"; do
  status=$(bash -c "$line") || fail "$line"
  [[ $status == 2?? ]] || fail "$status $(cat "$directory/answer") to: $line"
done
