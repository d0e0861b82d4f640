#!/usr/bin/env bash
# The Postman collection is one that Postman imports: version 2.1, each request complete and with a
# test, each variable defined, every resource there.
set -euo pipefail

jq -e '
  def requests: .. | objects | select(has("request"));
  .info.schema == "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
  and ([requests] | length >= 15)
  and all(requests; .event | any(.listen == "test" and any(.script.exec[]; startswith("pm.test("))))
  and all(requests; (.name | length > 0) and (.request.method | test("^[A-Z]+$"))
                    and (.request.url.raw | startswith("{{baseUrl}}/")))
  and ([requests.request.url.path[0]] | unique == ["healthz", "outbox", "publish", "readyz", "subscriptions", "topics"])
  and (.variable | any(.key == "baseUrl" and .value == "http://127.0.0.1:8000"))
  and ([.. | strings | scan("\\{\\{([^}]+)\\}\\}")[0]] - [.variable[].key] == [])
  and all(requests | select(.request.body.options.raw.language == "json"); .request.body.raw | fromjson | true)
' "$1" >/dev/null
