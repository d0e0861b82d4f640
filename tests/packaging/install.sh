#!/usr/bin/env bash
# `cmake --install` puts a program that runs, a unit that starts it, and a configuration that it accepts in place.
set -euo pipefail
build=$1 prefix=$2 sysconfdir=$3

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root cmake --install "$build" --strip >/dev/null

program=$prefix/bin/mqtt-rest-bridge
config=$sysconfdir/mqtt-rest-bridge/bridge.toml
unit=$root$prefix/lib/systemd/system/mqtt-rest-bridge.service
fail() { echo "$*" >&2; exit 1; }

"$root$program" --version
"$root$program" --config "$root$config" --check
readme=$(grep -aoE '/[[:graph:]]+/README\.md' "$root$program" | head -n 1)
[[ -n $readme && -f $root$readme ]] || fail "the README that GET / names is not there"
grep -qxF "ExecStart=$program --config $config" "$unit" || fail "the unit does not start $program with $config"
if grep -n '@[A-Z_]*@' "$unit"; then fail "the unit has a name that nobody replaced"; fi
[[ $(stat -c %a "$root$program") == 755 ]] || fail "$program is not for everybody to run"
[[ $(stat -c %a "$root$config" "$unit" | sort -u) == 644 ]] || fail "a file has another mode than 644"

if cmake --install "$build" --prefix "$root/elsewhere" 2>/dev/null >&2; then
  fail "installed below another prefix than the one that the unit names"
fi
