#!/usr/bin/env bash
# ./dev deps installs what the list names and is not there, under the name that the distribution has for it; and
# ./dev test --on refuses what it cannot do before it does anything.
set -euo pipefail
sources=$1

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
fail() { echo "$*" >&2; cat "$directory/said" >&2; exit 1; }

mkdir -p "$directory/bin" "$directory/project/packaging"
cp "$sources/dev" "$directory/project/"
printf '%s\n' '# [build] one' here 'old-name|new-name' 'gone|left' missing '# [run] two' other \
  >"$directory/project/packaging/debian-packages.txt"
stub() { # NAME TEXT
  printf '#!/bin/bash\n%s\n' "$2" >"$directory/bin/$1"
  chmod +x "$directory/bin/$1"
}
stub sudo '"$@"'
stub apt-get "echo \"\$*\" >>$directory/apt"
# shellcheck disable=SC2016
stub apt-cache 'case $2 in new-name | missing) echo "  Candidate: 1.0" ;; old-name) echo "  Candidate: (none)" ;; esac'
# shellcheck disable=SC2016
stub dpkg-query 'case ${*: -1} in here | left) echo -n installed ;; *) exit 1 ;; esac'

dev() { PATH=$directory/bin:$PATH "$directory/project/dev" "$@" >"$directory/said" 2>&1; }
dev deps build || fail "deps failed"
[[ $(tail -n 1 "$directory/apt") == *"--no-install-recommends new-name missing" ]] ||
  fail "asked apt for: $(tail -n 1 "$directory/apt")"

for arguments in '--on' '--on --quick' '--on -R'; do
  # shellcheck disable=SC2086
  if dev test $arguments; then fail "went on with test $arguments"; fi
  grep -q 'wants the name of a Debian suite' "$directory/said" || fail "does not say what $arguments lacks"
done
"$sources/packaging/chroot.sh" '../x' true >"$directory/said" 2>&1 && fail "took a path for a suite"
grep -q 'is not the name' "$directory/said" || fail "does not say that a path is no suite"
[[ ! -e $directory/project/build ]] || fail "began to build"
