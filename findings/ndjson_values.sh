#!/usr/bin/env bash
# Lines of JSON (NDJSON) whose values are numbers, true, false, null or strings, as states of devices are, through
# readers of npm. At a line `null` the streams of split2 with JSON.parse (as its page shows it), ndjson and jsonlines
# end with "stream.push() after EOF", and json-text-sequence (the same with RFC 7464's record separators) does too:
# whatever comes behind is lost. JSONStream gives neither null nor 0, false and "", without a word, and a whole number
# beyond 2^53 as a string, the smaller ones as numbers. An empty line, sent to keep a connection alive, ends split2
# with JSON.parse and it-ndjson; jsonlines makes two U+FFFD of a character whose bytes come in two pieces. can-ndjson-
# stream and ndjson-readablestream read all of it, as one would expect.
# split2 4.2.0, ndjson 2.0.0, jsonlines 0.1.1, JSONStream 1.3.5, it-ndjson 2.0.0, can-ndjson-stream 1.0.2, ndjson-
# readablestream 1.4.0, json-text-sequence 4.0.3.
set -euo pipefail
folder=$(mktemp -d)
finish() { rm -rf "$folder"; }
trap finish EXIT

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error split2@4.2.0 ndjson@2.0.0 jsonlines@0.1.1 \
  JSONStream@1.3.5 it-ndjson@2.0.0 can-ndjson-stream@1.0.2 ndjson-readablestream@1.4.0 \
  json-text-sequence@4.0.3 >/dev/null)
echo "Node.js $(node --version)"

cat >"$folder/run.mjs" <<'TEXT'
import {createRequire} from 'module';
import {Readable} from 'stream';
const require = createRequire(import.meta.url);
const split2 = require('split2');
const ndjson = require('ndjson');
const jsonlines = require('jsonlines');
const JSONStream = require('JSONStream');
const canNdjson = require('can-ndjson-stream');
const itNdjson = await import('it-ndjson');
const {default: readable} = await import('ndjson-readablestream');
const {Parser} = await import('json-text-sequence');

// What a transform stream gives until it ends or fails for the first time.
const through = transform => pieces => new Promise(resolve => {
  const got = [];
  const stop = end => resolve([...got, ...end]);
  transform.once('error', error => {
    transform.on('error', () => {});
    stop([`Error: ${error.message.split(',')[0]}`]);
  });
  transform.on('data', value => got.push(JSON.stringify(value)));
  transform.on('end', () => setImmediate(stop, []));
  Readable.from(pieces).pipe(transform);
});
const all = async values => {
  const got = [];
  try {
    for await (const value of values) got.push(JSON.stringify(value));
  } catch (error) {
    got.push(`Error: ${error.message}`);
  }
  return got;
};
const web = pieces => new ReadableStream({
  start(controller) {
    for (const piece of pieces) controller.enqueue(new Uint8Array(piece));
    controller.close();
  },
});
async function* read(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
const readers = {
  'split2(JSON.parse)': pieces => through(split2(JSON.parse))(pieces),
  'ndjson': pieces => through(ndjson.parse())(pieces),
  'jsonlines': pieces => through(jsonlines.parse())(pieces),
  'JSONStream': pieces => through(JSONStream.parse())(pieces),
  'it-ndjson': pieces => all(itNdjson.parse(Readable.from(pieces))),
  'can-ndjson-stream': pieces => all(read(canNdjson(web(pieces)))),
  'ndjson-readablestream': pieces => all(readable(web(pieces))),
};
const lines = {
  'scalars': [Buffer.from('1\nnull\n0\nfalse\n""\n2\n')],
  'large numbers': [Buffer.from('{"t":9007199254740991}\n{"t":12345678901234567890}\n')],
  'an empty line': [Buffer.from('{"a":1}\n'), Buffer.from('\n'), Buffer.from('{"a":2}\n')],
  'a split character': [Buffer.from('{"a":"\u00fc"}\n').subarray(0, 7), Buffer.from('{"a":"\u00fc"}\n').subarray(7)],
};
for (const [name, pieces] of Object.entries(lines)) {
  for (const [reader, values] of Object.entries(readers)) {
    console.log(`${name.padEnd(17)}  ${reader.padEnd(21)}  ${(await values(pieces)).join(' ')}`);
  }
}
const sequence = Buffer.from([1, null, 0, false, '', 2].map(value => `\x1e${JSON.stringify(value)}\n`).join(''));
const ofSequence = await through(new Parser())([sequence]);
console.log(`${'scalars'.padEnd(17)}  ${'json-text-sequence'.padEnd(21)}  ${ofSequence.join(' ')}`);
process.exit();
TEXT
timeout 60 node "$folder/run.mjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
scalars            split2(JSON.parse)     1 Error: stream.push() after EOF
scalars            ndjson                 1 Error: stream.push() after EOF
scalars            jsonlines              1 Error: stream.push() after EOF
scalars            JSONStream             1 2
scalars            it-ndjson              1 null 0 false "" 2
scalars            can-ndjson-stream      1 null 0 false "" 2
scalars            ndjson-readablestream  1 null 0 false "" 2
large numbers      split2(JSON.parse)     {"t":9007199254740991} {"t":12345678901234567000}
large numbers      ndjson                 {"t":9007199254740991} {"t":12345678901234567000}
large numbers      jsonlines              {"t":9007199254740991} {"t":12345678901234567000}
large numbers      JSONStream             {"t":9007199254740991} {"t":"12345678901234567890"}
large numbers      it-ndjson              {"t":9007199254740991} {"t":12345678901234567000}
large numbers      can-ndjson-stream      {"t":9007199254740991} {"t":12345678901234567000}
large numbers      ndjson-readablestream  {"t":9007199254740991} {"t":12345678901234567000}
an empty line      split2(JSON.parse)     {"a":1} Error: Unexpected end of JSON input
an empty line      ndjson                 {"a":1} {"a":2}
an empty line      jsonlines              {"a":1} {"a":2}
an empty line      JSONStream             {"a":1} {"a":2}
an empty line      it-ndjson              {"a":1} Error: Unexpected end of JSON input
an empty line      can-ndjson-stream      {"a":1} {"a":2}
an empty line      ndjson-readablestream  {"a":1} {"a":2}
a split character  split2(JSON.parse)     {"a":"ü"}
a split character  ndjson                 {"a":"ü"}
a split character  jsonlines              {"a":"��"}
a split character  JSONStream             {"a":"ü"}
a split character  it-ndjson              {"a":"ü"}
a split character  can-ndjson-stream      {"a":"ü"}
a split character  ndjson-readablestream  {"a":"ü"}
scalars            json-text-sequence     1 Error: stream.push() after EOF
TEXT
