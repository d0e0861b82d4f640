#!/usr/bin/env bash
# On a distribution without apt: ./dev says at once what is missing, and whose package it is there, and builds nothing.
set -euo pipefail
sources=$1

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
fail() { echo "$*" >&2; cat "$directory/said" >&2; exit 1; }

# A PATH with all that dev needs to look around, but no apt, no CMake and no broker; a compiler that finds no header
# of ours but OpenSSL's.
mkdir "$directory/bin" "$directory/project"
for program in bash awk grep dirname readlink cat env; do ln -s "$(command -v $program)" "$directory/bin/"; done
cat >"$directory/bin/c++" <<'TEXT'
#!/bin/bash
[[ $(cat) == '#include <openssl/ssl.h>' ]]
TEXT
chmod +x "$directory/bin/c++"
cp "$sources/dev" "$directory/project/"
ln -s "$sources/packaging" "$directory/project/"

for command in run test; do
  if env -i PATH="$directory/bin" "$directory/project/dev" $command >"$directory/said" 2>&1; then
    fail "./dev $command went on"
  fi
  for wanted in 'there is no apt here' '^  cmake: ' '^  ninja: ' 'mqtt/async_client.h: .*Debian libpaho-mqttpp-dev' \
    'httplib.h: .*Fedora cpp-httplib-devel' 'sqlite3.h: ' 'README.md'; do
    grep -q "$wanted" "$directory/said" || fail "./dev $command does not say: $wanted"
  done
  if grep -q 'openssl/ssl.h\|  c++' "$directory/said"; then fail "names what is there"; fi
  [[ ! -e $directory/project/build ]] || fail "./dev $command began to build"
done
grep -q '^  jq: ' "$directory/said" || fail "does not say what the tests need"
