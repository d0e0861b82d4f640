#!/usr/bin/env bash
# systemd finds no fault with the unit, and rates what an attacker inside it could do at 1.5 of 10 or better.
set -euo pipefail
unit=$1 program=$2

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
installed=$directory/mqtt-rest-bridge.service
# The program need not be installed here: verify looks for it where it was built.
sed "s,^ExecStart=[^ ]*,ExecStart=$program," "$unit" >"$installed"

# verify also looks at other packages' units; complaints about those do not count.
if ! complaints=$(systemd-analyze verify --recursive-errors=no "$installed" 2>&1); then
  echo "$complaints" >&2
  exit 1
fi
systemd-analyze security --offline=true --no-pager --threshold=15 "$installed" | tail -1
