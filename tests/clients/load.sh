#!/usr/bin/env bash
# Load generators, briefly: ab, wrk, siege.
# shellcheck source=tests/clients/support.sh
source ./support.sh

printf x >"$scratch/content"
# ab speaks HTTP/1.0, with keep-alive where it is told to.
# expect: ab 200 load/ab q0*200 text/plain x
ab -q -n 200 -c 8 -p "$scratch/content" -T text/plain "$BRIDGE/topics/load/ab" >"$scratch/ab" 2>&1 || true
# expect: ab_kept 200 load/ab_kept q1*200 - x
ab -q -k -n 200 -c 8 -p "$scratch/content" -T application/x-www-form-urlencoded "$BRIDGE/topics/load/ab_kept?qos=1" \
  >"$scratch/ab_kept" 2>&1 || true
for case in ab ab_kept; do
  awk -v case="$case" '
    /^Complete requests:/ { complete = $3 }
    /^Failed requests:/ { failed = $3 }
    /^Non-2xx/ { other = $3 }
    END { print case, complete - failed - other }' "$scratch/$case"
done

cat >"$scratch/post.lua" <<'TEXT'
wrk.method = "POST"
wrk.body = "x"
function done(summary)
  local errors = summary.errors
  local faults = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print("wrk " .. (summary.requests > 0 and faults == 0 and "good" or faults .. " of " .. summary.requests))
end
TEXT
# expect: wrk good load/wrk q0*any - x
wrk -t 1 -c 8 -d 1s -s "$scratch/post.lua" "$BRIDGE/topics/load/wrk" | grep '^wrk'

# expect: siege 100 load/siege q0*100 - x
siege -b -q -j -c 5 -r 20 "$BRIDGE/topics/load/siege POST x" >"$scratch/siege" 2>&1 || true
echo "siege $(sed -nE 's/.*"successful_transactions":[[:space:]]*([0-9]+).*/\1/p' "$scratch/siege")"
