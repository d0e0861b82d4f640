#!/usr/bin/env bash
# One valid stream of server-sent events, read by clients of npm. event-source-plus keeps the last of an event's data
# lines, so that JSON written over several is no JSON any more, and trims the data; when a stream has ended in peace
# it asks again at once, and goes on with that for as long as streams end: more than twenty times in half a second.
# fetch-event-stream drops all blanks at the beginning of a data line, where one is right, so that YAML loses its
# shape. For @microsoft/fetch-event-source each comment that keeps the connection alive, and a retry of its own, is a
# message with data "", at which JSON.parse throws. parse-sse drops an event whose data is empty, and gives the
# beginning of an event at which the stream ends as if it were whole. eventsource reads as the standard says, but for
# the lastEventId, which is "" in an event without an id, where the one before should stay.
# event-source-plus 0.1.15, fetch-event-stream 0.1.6, @microsoft/fetch-event-source 2.0.1, parse-sse 0.1.0,
# eventsource 4.1.1, and, to compare, launchdarkly-eventsource 2.2.0.
set -euo pipefail
folder=$(mktemp -d)
finish() { rm -rf "$folder"; }
trap finish EXIT

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error event-source-plus@0.1.15 fetch-event-stream@0.1.6 \
  @microsoft/fetch-event-source@2.0.1 parse-sse@0.1.0 eventsource@4.1.1 launchdarkly-eventsource@2.2.0 >/dev/null)
echo "Node.js $(node --version)"

cat >"$folder/run.mjs" <<'TEXT'
import {createRequire} from 'module';
import http from 'http';
const require = createRequire(import.meta.url);
globalThis.window = globalThis;
globalThis.document = {addEventListener() {}, removeEventListener() {}, hidden: false};
const {EventSource} = await import('eventsource');
const {EventSource: Dark} = require('launchdarkly-eventsource');
const {EventSourcePlus} = await import('event-source-plus');
const {fetchEventSource} = await import('@microsoft/fetch-event-source');
const {events} = await import('fetch-event-stream');
const {parseServerSentEvents} = await import('parse-sse');

const pause = time => new Promise(resolve => setTimeout(resolve, time));
const plain = Source => async (url, got) => {
  const source = new Source(url);
  source.addEventListener('error', () => source.close()); // the end of the stream
  source.addEventListener('message', event => got(event.data, event.lastEventId));
  await pause(1000);
  source.close();
};
// Each calls `got` with data and id of each event of a stream, until that ends.
const clients = {
  'launchdarkly-eventsource': plain(Dark),
  eventsource: plain(EventSource),
  'event-source-plus': async (url, got) => {
    const source = new EventSourcePlus(url).listen({onMessage: event => got(event.data, event.id)});
    await pause(500);
    source.abort();
  },
  'fetch-event-source': (url, got) => fetchEventSource(url, {
    openWhenHidden: true, fetch: globalThis.fetch, onmessage: event => got(event.data, event.id),
  }),
  'fetch-event-stream': async (url, got) => {
    for await (const event of events(await fetch(url))) got(event.data, event.id);
  },
  'parse-sse': async (url, got) => {
    for await (const event of parseServerSentEvents(await fetch(url))) got(event.data, event.lastEventId);
  },
};
const streams = {
  'data lines': ['data: {\ndata: "on": true\ndata: }\n\n', false],
  'blanks': ['data: on:\ndata:   level: 1\n\ndata: b  \n\n', false],
  'comments, retry': ['retry: 1000\n\ndata: a\n\n: alive\n\n: alive\n\ndata: b\n\n', false],
  'empty data': ['data: a\n\ndata:\n\ndata: b\n\n', false],
  'ends in an event': ['data: a\n\ndata: {"level": 21.5', false],
  'no id behind one': ['id: 5\ndata: a\n\ndata: b\n\n', true],
};
const asked = {};
const server = http.createServer((request, response) => {
  response.writeHead(200, {'Content-Type': 'text/event-stream'});
  asked[request.url] = (asked[request.url] ?? 0) + 1;
  const [stream] = streams[decodeURIComponent(request.url.split('/')[1])];
  response.end(asked[request.url] === 1 ? stream : ': nothing new\n\n');
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
for (const [name, [, ids]] of Object.entries(streams)) {
  const lines = await Promise.all(Object.entries(clients).map(async ([client, read]) => {
    const all = [];
    const url = `http://127.0.0.1:${server.address().port}/${encodeURIComponent(name)}/${client}`;
    await read(url, (data, id) => all.push(ids ? `${JSON.stringify(id) ?? 'none'}:${data}` : JSON.stringify(data) ?? 'none'));
    return `${name.padEnd(16)}  ${client.padEnd(24)}  ${all.join(' ')}`;
  }));
  console.log(lines.join('\n'));
}
for (const client of Object.keys(clients)) {
  const requests = asked[`/empty%20data/${client}`];
  console.log(`${'requests'.padEnd(16)}  ${client.padEnd(24)}  ${requests > 20 ? 'more than twenty' : requests}`);
}
process.exit();
TEXT
timeout 60 node "$folder/run.mjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
data lines        launchdarkly-eventsource  "{\n\"on\": true\n}"
data lines        eventsource               "{\n\"on\": true\n}"
data lines        event-source-plus         "}"
data lines        fetch-event-source        "{\n\"on\": true\n}"
data lines        fetch-event-stream        "{\n\"on\": true\n}"
data lines        parse-sse                 "{\n\"on\": true\n}"
blanks            launchdarkly-eventsource  "on:\n  level: 1" "b  "
blanks            eventsource               "on:\n  level: 1" "b  "
blanks            event-source-plus         "level: 1" "b"
blanks            fetch-event-source        "on:\n  level: 1" "b  "
blanks            fetch-event-stream        "on:\nlevel: 1" "b  "
blanks            parse-sse                 "on:\n  level: 1" "b  "
comments, retry   launchdarkly-eventsource  "a" "b"
comments, retry   eventsource               "a" "b"
comments, retry   event-source-plus         "a" "b"
comments, retry   fetch-event-source        "" "a" "" "" "b"
comments, retry   fetch-event-stream        none "a" "b"
comments, retry   parse-sse                 "a" "b"
empty data        launchdarkly-eventsource  "a" "" "b"
empty data        eventsource               "a" "" "b"
empty data        event-source-plus         "a" "" "b"
empty data        fetch-event-source        "a" "" "b"
empty data        fetch-event-stream        "a" "" "b"
empty data        parse-sse                 "a" "b"
ends in an event  launchdarkly-eventsource  "a"
ends in an event  eventsource               "a"
ends in an event  event-source-plus         "a"
ends in an event  fetch-event-source        "a"
ends in an event  fetch-event-stream        "a"
ends in an event  parse-sse                 "a" "{\"level\": 21.5"
no id behind one  launchdarkly-eventsource  "5":a "5":b
no id behind one  eventsource               "5":a "":b
no id behind one  event-source-plus         "5":a none:b
no id behind one  fetch-event-source        "5":a "":b
no id behind one  fetch-event-stream        5:a none:b
no id behind one  parse-sse                 "5":a "5":b
requests          launchdarkly-eventsource  1
requests          eventsource               1
requests          event-source-plus         more than twenty
requests          fetch-event-source        1
requests          fetch-event-stream        1
requests          parse-sse                 1
TEXT
