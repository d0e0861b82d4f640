#!/usr/bin/env bash
# Newman runs the Postman collection in docs/, with the assertions that stand in it.
# shellcheck source=tests/clients/support.sh
source ./support.sh

npm_install "$scratch/newman" newman@6.2.1
state_dir=$scratch/state start_bridge own
# expect: collection good newman/* any * *
"$scratch/newman/node_modules/.bin/newman" run ../../docs/mqtt-rest-bridge.postman_collection.json \
  --env-var "baseUrl=$(url_of own)" --env-var topic=newman/message --timeout 60000 --timeout-request 20000 \
  --reporters cli,json --reporter-json-export "$scratch/newman.json" --color off >&2 || true
jq -r '.run | (.stats | .assertions.total >= .requests.total and .requests.total >= 15) as $complete |
  "collection " + (if $complete and .failures == [] then "good"
    else "bad " + ([.failures[] | .source.name + ": " + .error.message] | join("; ")) end)' "$scratch/newman.json"
