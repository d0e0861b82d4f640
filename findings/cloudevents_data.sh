#!/usr/bin/env bash
# The CloudEvents SDK for JavaScript loses 0, false, "" and bytes. It reads a structured event whose data is one of the
# first three as an event without data, where 21.5 and true stay what they are, and data_base64 as a Uint32Array, four
# bytes for each byte. In binary mode its httpTransport sends a string under application/json without quotation marks,
# so that on is no JSON and "21.5" is a number to who receives it; a number or true cannot be sent at all. Of a time it
# leaves milliseconds. So make data an object, {"value": 0}, on both sides; who needs bytes decodes data_base64 of the
# body himself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error cloudevents@10.0.0 >/dev/null)
echo "cloudevents $(node -p "require('$folder/node_modules/cloudevents/package.json').version"), Node.js $(node --version)"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

cat >"$folder/events.cjs" <<'TEXT'
const http = require('node:http');
const {CloudEvent, HTTP, Mode, emitterFor, httpTransport} = require('cloudevents');
const line = (what, value, seen) => console.log(what.padEnd(19), value.padEnd(25), '->', seen);
const shown = data => data === undefined ? 'no data' :
  ArrayBuffer.isView(data) ? `${data.constructor.name} of ${data.byteLength} bytes` : `${typeof data} ${JSON.stringify(data)}`;

// Structured events as another program sends them.
const read = value => {
  const body = `{"specversion":"1.0","id":"1","source":"/sensor","type":"reading",${value}}`;
  return HTTP.toEvent({headers: {'content-type': 'application/cloudevents+json'}, body});
};
for (const value of ['21.5', '0', 'true', 'false', '"on"', '""', '{"value":0}'])
  line('reads structured', `"data":${value}`, shown(read(`"data":${value}`).data));
line('reads structured', '"data_base64":"AAEC/w=="', shown(read('"data_base64":"AAEC/w=="').data));
line('reads structured', '"time":"…05.123456Z"', read('"time":"2026-01-02T03:04:05.123456Z"').time);

// Binary events that it sends, as they come in.
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => response.end(`${request.headers['content-type']}, ${Buffer.concat(chunks)}`));
}).listen(0, '127.0.0.1', async () => {
  const emit = emitterFor(httpTransport(`http://127.0.0.1:${server.address().port}/`), {mode: Mode.BINARY});
  for (const data of ['on', '21.5', 21.5, true, {value: 0}]) {
    const event = new CloudEvent({id: '1', source: '/sensor', type: 'reading', datacontenttype: 'application/json', data});
    const answer = await emit(event).catch(error => ({body: error.name}));
    line('sends binary', JSON.stringify(data), answer.body);
  }
  process.exit();
});
TEXT
timeout 30 node "$folder/events.cjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
reads structured    "data":21.5               -> number 21.5
reads structured    "data":0                  -> no data
reads structured    "data":true               -> boolean true
reads structured    "data":false              -> no data
reads structured    "data":"on"               -> string "on"
reads structured    "data":""                 -> no data
reads structured    "data":{"value":0}        -> object {"value":0}
reads structured    "data_base64":"AAEC/w=="  -> Uint32Array of 16 bytes
reads structured    "time":"…05.123456Z"      -> 2026-01-02T03:04:05.123Z
sends binary        "on"                      -> application/json, on
sends binary        "21.5"                    -> application/json, 21.5
sends binary        21.5                      -> TypeError
sends binary        true                      -> TypeError
sends binary        {"value":0}               -> application/json, {"value":0}
TEXT
