#!/usr/bin/env bash
# A stream of server-sent events that breaks in the middle of an event: by the standard the client throws away what it
# has of it, and asks for what follows the last whole one. @microsoft/fetch-event-source asks for what follows the one
# that it never got, since it keeps an id as soon as the line with it is there: the server passes over that event, and
# nobody ever sees it. sse.js does the same, and if the response ends there (one without a length that ends with its
# connection), it gives the handler the half as an event. An event that is an id alone, by which a server takes its
# clients past what is not for them, should count: it does so for these two, not for the other four; and event-source-
# plus ignores an empty id, which should take back the one before.
# The server here has three events (1 a, 2 whole, 3 c), ends its first response as said at the left, and goes on
# behind the Last-Event-ID that it is told.
# launchdarkly-eventsource 2.2.0, eventsource 4.1.1, eventsource-client 1.2.0, event-source-plus 0.1.15,
# @microsoft/fetch-event-source 2.0.1, sse.js 2.8.0 in jsdom 24.1.3.
set -euo pipefail
folder=$(mktemp -d)
finish() { rm -rf "$folder"; }
trap finish EXIT

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error launchdarkly-eventsource@2.2.0 \
  eventsource@4.1.1 eventsource-client@1.2.0 event-source-plus@0.1.15 \
  @microsoft/fetch-event-source@2.0.1 sse.js@2.8.0 jsdom@24.1.3 >/dev/null)
echo "Node.js $(node --version)"

cat >"$folder/run.mjs" <<'TEXT'
import {createRequire} from 'module';
import http from 'http';
const require = createRequire(import.meta.url);
const {JSDOM} = require('jsdom');
globalThis.window = globalThis;
globalThis.document = {addEventListener() {}, removeEventListener() {}, hidden: false};
const {EventSource} = await import('eventsource');
const {createEventSource} = await import('eventsource-client');
const {EventSource: Dark} = require('launchdarkly-eventsource');
const {EventSourcePlus} = await import('event-source-plus');
const {fetchEventSource} = await import('@microsoft/fetch-event-source');
const {SSE} = await import('sse.js');

// Each: what connects, gives each event's data to `got`, and returns what ends it.
const listens = (source, got) => {
  source.addEventListener('message', event => got(event.data));
  source.addEventListener('error', () => {});
  return () => source.close();
};
const clients = {
  'launchdarkly-eventsource': (url, got) => listens(new Dark(url), got),
  eventsource: (url, got) => listens(new EventSource(url), got),
  'eventsource-client': (url, got) => {
    const source = createEventSource({url, onMessage: event => got(event.data)});
    return () => source.close();
  },
  'event-source-plus': (url, got) => {
    const source = new EventSourcePlus(url).listen({onMessage: event => got(event.data)});
    return () => source.abort();
  },
  'fetch-event-source': (url, got) => {
    const stop = new AbortController();
    fetchEventSource(url, {
      signal: stop.signal,
      openWhenHidden: true,
      fetch: globalThis.fetch,
      onmessage: event => event.data && got(event.data), // comments come as events without data
      onclose() { throw new Error('connect again'); },
    }).catch(() => {});
    return () => stop.abort();
  },
  'sse.js': (url, got) => listens(new SSE(url, {autoReconnect: true, reconnectDelay: 100}), got),
};

const events = [['1', 'a'], ['2', 'whole'], ['3', 'c']];
const firsts = {
  'reset in an event': ['id: 1\ndata: a\n\nid: 2\ndata: wh', 'reset'],
  'end in an event': ['id: 1\ndata: a\n\nid: 2\ndata: wh', 'end'],
  'an id alone': ['id: 1\ndata: a\n\nid: 2\n\n', 'end'],
  'an empty id': ['id: 1\ndata: a\n\nid:\ndata: b\n\n', 'end'],
};
const asked = {};
const server = http.createServer((request, response) => {
  const [, first, client] = decodeURIComponent(request.url).split('/');
  const key = first + client;
  response.writeHead(200, {'Content-Type': 'text/event-stream'});
  if (!(key in asked)) {
    asked[key] = [];
    response.write('retry: 100\n' + firsts[first][0]);
    setTimeout(() => firsts[first][1] === 'end' ? response.end() : response.destroy(), 150);
    return;
  }
  const last = request.headers['last-event-id'];
  asked[key].push(last ?? 'none');
  for (const [id, data] of events) {
    if (!(Number(last ?? 0) >= Number(id))) response.write(`id: ${id}\ndata: ${data}\n\n`);
  }
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
globalThis.XMLHttpRequest = new JSDOM('', {url: `http://127.0.0.1:${server.address().port}/`}).window.XMLHttpRequest;
process.on('uncaughtException', error => console.log(error.message));
const lines = [];
await Promise.all(Object.keys(firsts).flatMap(first => Object.entries(clients).map(async ([client, connect]) => {
  if (client === 'sse.js' && firsts[first][1] === 'reset') return; // not seen to connect again in jsdom
  const got = [];
  const url = `http://127.0.0.1:${server.address().port}/${encodeURIComponent(first)}/${client}`;
  const end = connect(url, data => got.push(data));
  for (let i = 0; i < 150 && !got.includes('c'); ++i) await new Promise(resolve => setTimeout(resolve, 100));
  lines.push([first, client, asked[first + client]?.[0] ?? 'nothing', got.join(' ')]);
  end();
})));
for (const first of Object.keys(firsts)) {
  for (const client of Object.keys(clients)) {
    const line = lines.find(line => line[0] === first && line[1] === client);
    if (!line) continue;
    const [, , id, got] = line;
    console.log(`${first.padEnd(17)}  ${client.padEnd(24)}  asks for what follows ${id.padEnd(4)}  got ${got}`);
  }
}
process.exit();
TEXT
timeout 90 node "$folder/run.mjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
reset in an event  launchdarkly-eventsource  asks for what follows 1     got a whole c
reset in an event  eventsource               asks for what follows 1     got a whole c
reset in an event  eventsource-client        asks for what follows 1     got a whole c
reset in an event  event-source-plus         asks for what follows 1     got a whole c
reset in an event  fetch-event-source        asks for what follows 2     got a c
end in an event    launchdarkly-eventsource  asks for what follows 1     got a whole c
end in an event    eventsource               asks for what follows 1     got a whole c
end in an event    eventsource-client        asks for what follows 1     got a whole c
end in an event    event-source-plus         asks for what follows 1     got a whole c
end in an event    fetch-event-source        asks for what follows 2     got a c
end in an event    sse.js                    asks for what follows 2     got a wh c
an id alone        launchdarkly-eventsource  asks for what follows 1     got a whole c
an id alone        eventsource               asks for what follows 1     got a whole c
an id alone        eventsource-client        asks for what follows 1     got a whole c
an id alone        event-source-plus         asks for what follows 1     got a whole c
an id alone        fetch-event-source        asks for what follows 2     got a c
an id alone        sse.js                    asks for what follows 2     got a c
an empty id        launchdarkly-eventsource  asks for what follows none  got a b a whole c
an empty id        eventsource               asks for what follows none  got a b a whole c
an empty id        eventsource-client        asks for what follows none  got a b a whole c
an empty id        event-source-plus         asks for what follows 1     got a b whole c
an empty id        fetch-event-source        asks for what follows none  got a b a whole c
an empty id        sse.js                    asks for what follows none  got a b a whole c
TEXT
