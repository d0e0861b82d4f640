#!/usr/bin/env bash
# What writers of server-sent events make of a payload, read by the rules of the standard. Go's gin-contrib/sse gives
# bytes (what an MQTT client calls a payload) as base64 in quotation marks and 1000000.0 as 1e+06; it leaves out the
# blank behind "data:", so that each line that begins with one loses it, in YAML and indented JSON; and of a CR it
# makes a backslash and an r. donovanhide/eventsource writes nothing for an empty payload: its subscribers never hear
# that something was cleared; it and nchan, too, leave a CR alone as it is, which ends the line for who reads: the
# rest is lost. koa-sse-stream sends an object as [object Object], against its page, and a text that begins with a
# colon as a comment, which nobody gets. sse-broadcast sends the first line only of several; sse-pubsub drops empty
# lines; it and ssestream write 0 and false as nothing. eventsource-encoder does as one would expect.
# golang-github-gin-contrib-sse-dev 0.1.0, golang-github-donovanhide-eventsource-dev 0.0~git20210830 (Go 1.19),
# libnginx-mod-nchan 1.3.6 (nginx 1.22.1), npm: koa-sse-stream 0.2.0 (koa 3.3.0), sse-broadcast 0.5.2, sse-pubsub
# 1.4.5, ssestream 1.1.0, eventsource-encoder 1.0.2.
set -euo pipefail
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE VERSION
  local version policy=/usr/sbin/policy-rc.d
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    # the service is not started
    if [[ -e $policy ]]; then policy=$folder/policy; fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
    rm "$policy"
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need golang-go 2:1.19
need golang-github-gin-contrib-sse-dev 0.1.0-
need golang-github-donovanhide-eventsource-dev 0.0~git20210830
need nginx 1.22.1-
need libnginx-mod-nchan 1:1.3.6
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error koa@3.3.0 koa-sse-stream@0.2.0 \
  sse-broadcast@0.5.2 sse-pubsub@1.4.5 ssestream@1.1.0 eventsource-encoder@1.0.2 >/dev/null)
echo "Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
cat >"$folder/nginx.conf" <<TEXT
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
worker_processes 1;
daemon off;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  server {
    listen 127.0.0.1:$port;
    location ~ ^/pub/(.+)$ { nchan_publisher; nchan_channel_id \$1; }
    location ~ ^/sub/(.+)$ {
      nchan_subscriber eventsource;
      nchan_channel_id \$1;
      nchan_subscriber_first_message oldest;
    }
  }
}
TEXT
nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" 2>>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# Go's writers: a file for each value, named for it.
mkdir "$folder/gin" "$folder/donovanhide"
cat >"$folder/write.go" <<'TEXT'
package main

import (
	"bytes"
	"os"

	"github.com/donovanhide/eventsource"
	"github.com/gin-contrib/sse"
)

type event string

func (e event) Id() string    { return "" }
func (e event) Event() string { return "" }
func (e event) Data() string  { return string(e) }

func main() {
	texts := map[string]string{
		"text": "one", "CR": "a\rb", "lines": "a\n\nb", "blank": " a", "colon": ": a", "empty": "",
	}
	values := map[string]interface{}{
		"bytes": []byte("21.5"), "zero": 0, "off": false, "million": 1000000.0, "object": map[string]bool{"on": true},
	}
	for name, text := range texts {
		values[name] = text
		var out bytes.Buffer
		eventsource.NewEncoder(&out, false).Encode(event(text))
		os.WriteFile(os.Args[1]+"/donovanhide/"+name, out.Bytes(), 0o600)
	}
	for name, value := range values {
		var out bytes.Buffer
		sse.Encode(&out, sse.Event{Data: value})
		os.WriteFile(os.Args[1]+"/gin/"+name, out.Bytes(), 0o600)
	}
}
TEXT
HOME=$folder GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$folder/cache \
  timeout 300 go run "$folder/write.go" "$folder"

cat >"$folder/run.js" <<'TEXT'
const {existsSync, readFileSync} = require('fs');
const http = require('http');
const [folder, nchan] = process.argv.slice(2);
const values = {
  text: 'one', CR: 'a\rb', lines: 'a\n\nb', blank: ' a', colon: ': a', empty: '', zero: 0, off: false, million: 1e6,
  object: {on: true}, bytes: Buffer.from('21.5'),
};
const text = value => typeof value === 'string';
const SSEChannel = require('sse-pubsub');
const SseStream = require('ssestream').default;
const broadcast = require('sse-broadcast');
const Koa = require('koa');
const {encode} = require('eventsource-encoder');
const app = new Koa();
app.silent = true;
app.use(require('koa-sse-stream')());
app.use(async ctx => { ctx.sse.send({data: values[ctx.path.split('/')[2]]}); });
const koa = app.callback();
// How each writes one event to a response, and which values it takes.
const writers = {
  'eventsource-encoder': [(request, response, value) => response.write(encode({data: value})), text],
  'koa-sse-stream': [(request, response) => koa(request, response), () => true],
  'sse-broadcast': [(request, response, value) => {
    const sse = broadcast();
    sse.subscribe('c', request, response);
    sse.publish('c', {event: 'message', data: value});
  }, () => true],
  'sse-pubsub': [(request, response, value) => {
    const channel = new SSEChannel({pingInterval: 0, maxStreamDuration: 5000});
    channel.subscribe(request, response);
    channel.publish(value);
  }, value => typeof value !== 'number' || value === 0],
  ssestream: [(request, response, value) => {
    const stream = new SseStream(request);
    stream.pipe(response);
    stream.write({data: value});
  }, value => typeof value !== 'number' || value === 0],
};
// The data of each event, by the standard: CR LF, LF and CR end lines, one blank behind the colon goes.
const events = stream => {
  const got = [];
  let data = [];
  for (const line of stream.split(/\r\n|\r|\n/)) {
    if (line === '' && data.length) got.push(data.join('\n'));
    if (line === '') data = [];
    const [, name, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line);
    if (name === 'data') data.push(value);
  }
  return got.length ? got.map(one => JSON.stringify(one)).join(' ') : 'no event';
};
const read = (port, path) => new Promise(resolve => {
  let got = '';
  const request = http.get({host: '127.0.0.1', port, path, headers: {Accept: 'text/event-stream'}}, response => {
    response.setEncoding('utf8');
    response.on('data', piece => { got += piece; });
    response.on('error', () => {});
  });
  request.on('error', () => {});
  setTimeout(() => { request.destroy(); resolve(got); }, 400);
});
const server = http.createServer((request, response) => {
  const [, writer, name] = request.url.split('/');
  writers[writer][0](request, response, values[name]);
});
server.listen(0, '127.0.0.1', async () => {
  for (const writer of ['eventsource-encoder', 'gin', 'donovanhide', 'nchan', ...Object.keys(writers).slice(1)]) {
    for (const [name, value] of Object.entries(values)) {
      let stream;
      const file = `${folder}/${writer}/${name}`;
      if (writer in writers) {
        if (!writers[writer][1](value)) continue;
        stream = await read(server.address().port, `/${writer}/${name}`);
      } else if (writer === 'nchan') {
        if (!text(value)) continue;
        await fetch(`http://127.0.0.1:${nchan}/pub/${name}`, {method: 'POST', body: value});
        stream = await read(nchan, `/sub/${name}`);
      } else {
        if (!existsSync(file)) continue;
        stream = readFileSync(file, 'utf8');
      }
      const shown = text(value) ? JSON.stringify(value) : name;
      console.log(`${writer.padEnd(19)}  ${shown.padEnd(8)}  ${events(stream)}`);
    }
  }
  process.exit();
});
TEXT
timeout 100 node "$folder/run.js" "$folder" "$port" 2>>"$folder/log" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
eventsource-encoder  "one"     "one"
eventsource-encoder  "a\rb"    "a\nb"
eventsource-encoder  "a\n\nb"  "a\n\nb"
eventsource-encoder  " a"      " a"
eventsource-encoder  ": a"     ": a"
eventsource-encoder  ""        ""
gin                  "one"     "one"
gin                  "a\rb"    "a\\rb"
gin                  "a\n\nb"  "a\n\nb"
gin                  " a"      "a"
gin                  ": a"     ": a"
gin                  ""        ""
gin                  zero      "0"
gin                  off       "false"
gin                  million   "1e+06"
gin                  object    "{\"on\":true}"
gin                  bytes     "\"MjEuNQ==\""
donovanhide          "one"     "one"
donovanhide          "a\rb"    "a"
donovanhide          "a\n\nb"  "a\n\nb"
donovanhide          " a"      " a"
donovanhide          ": a"     ": a"
donovanhide          ""        no event
nchan                "one"     "one"
nchan                "a\rb"    "a"
nchan                "a\n\nb"  "a\n\nb"
nchan                " a"      " a"
nchan                ": a"     ": a"
nchan                ""        ""
koa-sse-stream       "one"     "one"
koa-sse-stream       "a\rb"    "a\nb"
koa-sse-stream       "a\n\nb"  "a\n\nb"
koa-sse-stream       " a"      " a"
koa-sse-stream       ": a"     no event
koa-sse-stream       ""        ""
koa-sse-stream       zero      "0"
koa-sse-stream       off       "false"
koa-sse-stream       million   "1000000"
koa-sse-stream       object    "[object Object]"
koa-sse-stream       bytes     "21.5"
sse-broadcast        "one"     "one"
sse-broadcast        "a\rb"    "a"
sse-broadcast        "a\n\nb"  "a"
sse-broadcast        " a"      " a"
sse-broadcast        ": a"     ": a"
sse-broadcast        ""        no event
sse-broadcast        zero      no event
sse-broadcast        off       no event
sse-broadcast        million   "1000000"
sse-broadcast        object    "{\"on\":true}"
sse-broadcast        bytes     "21.5"
sse-pubsub           "one"     "one"
sse-pubsub           "a\rb"    "a\nb"
sse-pubsub           "a\n\nb"  "a\nb"
sse-pubsub           " a"      " a"
sse-pubsub           ": a"     ": a"
sse-pubsub           ""        ""
sse-pubsub           zero      ""
sse-pubsub           off       ""
sse-pubsub           object    "{\"on\":true}"
sse-pubsub           bytes     "{\"type\":\"Buffer\",\"data\":[50,49,46,53]}"
ssestream            "one"     "one"
ssestream            "a\rb"    "a\nb"
ssestream            "a\n\nb"  "a\n\nb"
ssestream            " a"      " a"
ssestream            ": a"     ": a"
ssestream            ""        no event
ssestream            zero      no event
ssestream            off       no event
ssestream            object    "{\"on\":true}"
ssestream            bytes     "{\"type\":\"Buffer\",\"data\":[50,49,46,53]}"
TEXT
