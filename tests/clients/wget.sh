#!/usr/bin/env bash
# GNU Wget.
# shellcheck source=tests/clients/support.sh
source ./support.sh

fetch() { # CASE ARG…
  local case=$1
  shift
  wget -q -S -O "$scratch/answer" --tries=1 --timeout=20 --content-on-error "$@" 2>"$scratch/said" || true
  printf '%s %s\n' "$case" "$(awk '$1 ~ /^HTTP/ { status = $2 } END { print status }' "$scratch/said")"
}

# expect: json 200 wget/json q0 - hello
fetch json --post-data '{"topic":"wget/json","msg":"hello"}' "$BRIDGE/publish"
# expect: form 200 wget/form q1 - hello
fetch form --post-data 'topic=wget/form&msg=hello&qos=1' "$BRIDGE/publish"
echo 'a file' >"$scratch/file"
# expect: post_file 200 wget/post_file q0 - a file\n
fetch post_file --post-file "$scratch/file" "$BRIDGE/topics/wget/post_file"
# expect: put 200 wget/put q0r - a file\n
fetch put --method=PUT --body-file "$scratch/file" "$BRIDGE/topics/wget/put"
# expect: delete 200 wget/put q0r -
fetch delete --method=DELETE "$BRIDGE/topics/wget/put"
# expect: delete_content 200 wget/form q0r -
fetch delete_content --method=DELETE --body-data x "$BRIDGE/topics/wget/form"
# expect: typed 200 wget/typed q0 text/csv 1,2
fetch typed --header 'Content-Type: text/csv' --post-data 1,2 "$BRIDGE/topics/wget/typed"
# expect: health 200
fetch health "$BRIDGE/healthz"
