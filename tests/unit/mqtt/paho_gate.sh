#!/usr/bin/env bash
# The gate in front of paho.mqtt.c: passes an archive that calls all that is wrapped, under either name, and names
# whatever one call is missing.
set -euo pipefail
gate=$1 library=$2 nm=$3 cxx=$4

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
fail() { echo "$*" >&2; cat "$directory/said" >&2; exit 1; }
passes() { cmake -DCMAKE_NM="$nm" -DPAHO_STATIC_LIBRARY="$1" -P "$gate" >"$directory/said" 2>&1; }
make_archive() { # CALLED…
  rm -f "$directory/made.a"
  printf '.quad %s\n' "$@" >"$directory/calls.s"
  "$cxx" -c "$directory/calls.s" -o "$directory/calls.o"
  ar rc "$directory/made.a" "$directory/calls.o"
}

passes "$library" || fail "the library that this was built with does not pass"
mapfile -t functions < <(sed -n '/^set(paho_wraps$/,/)/p' "$gate" | sed '1d; s/#.*//; s/)//' | tr -s ' ' '\n' | grep .)
((${#functions[@]} == 20)) || fail "${#functions[@]} functions, not 20"
make_archive "${functions[@]%|*}"
passes "$directory/made.a" || fail "refused with the names to 1.3.14"
make_archive "${functions[@]#*|}"
passes "$directory/made.a" || fail "refused with the names from 1.3.16 on"
for missing in "${!functions[@]}"; do
  called=("${functions[@]%|*}")
  called[missing]="${called[missing]}s" # a name that only begins the same
  make_archive "${called[@]}"
  if passes "$directory/made.a"; then fail "passed without ${functions[missing]}"; fi
  grep -q "linked:.*${functions[missing]%|*}" <(tr -s ' \n' ' ' <"$directory/said") ||
    fail "does not name ${functions[missing]}"
  grep -q '1\.3\.16' "$directory/said" || fail "does not say which are known to work"
done
if passes "$directory/none.a"; then fail "passed a file that is not there"; fi
