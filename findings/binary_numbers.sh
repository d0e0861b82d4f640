#!/usr/bin/env bash
# CBOR and MessagePack in Node.js, on their way to JSON and back. A whole number of more than 32 bits, such as a time in
# milliseconds, goes out of cbor-x, msgpackr and msgpack-lite as a floating-point number, out of cbor, @msgpack/msgpack
# and msgpack5 as an integer: a program that asks for an integer finds none from the first three. The other way, cbor-x
# and msgpackr go by the width: a 5 written in eight bytes, as a counter of 64 bits is in C, is a BigInt, and
# JSON.stringify throws a TypeError; in one byte it is a number. And a map whose keys are integers, as in SenML's CBOR
# (0 is the name, 2 the value), is a Map to cbor and msgpack5, of which JSON.stringify makes {}, without an error.
# One would expect a number each time, and the members in the JSON.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

packages=(cbor@10.0.12 cbor-x@1.6.9 msgpackr@2.1.4 @msgpack/msgpack@3.1.3 msgpack-lite@0.2.2 msgpack5@6.1.0)
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error "${packages[@]}" >/dev/null)
echo "${packages[*]}, Node.js $(node --version)"

cat >"$folder/numbers.mjs" <<'TEXT'
import cbor from 'cbor';
import * as cborX from 'cbor-x';
import * as msgpackr from 'msgpackr';
import * as msgpack from '@msgpack/msgpack';
import lite from 'msgpack-lite';
import five from 'msgpack5';

const msgpack5 = five();
const libraries = {
  'cbor': [cbor.encode, cbor.decodeFirstSync],
  'cbor-x': [cborX.encode, cborX.decode],
  'msgpackr': [msgpackr.pack, msgpackr.unpack],
  '@msgpack/msgpack': [msgpack.encode, msgpack.decode],
  'msgpack-lite': [lite.encode, lite.decode],
  'msgpack5': [value => msgpack5.encode(value).slice(), bytes => msgpack5.decode(bytes)],
};
// By the first byte.
const kinds = {0x1b: 'integer', 0xfb: 'double', 0xcf: 'integer', 0xd3: 'integer', 0xcb: 'double'};
const json = value => {
  try { return JSON.stringify(value); } catch (error) { return error.constructor.name; }
};
const kind = value => value === null || typeof value !== 'object' ? typeof value : value.constructor.name;

// The same three of others, by hand: 5 in one byte, in nine, and {0: "level", 2: 21.5}.
const others = {
  cbor: ['05', '1b0000000000000005', 'a200656c6576656c02f94d60'],
  msgpack: ['05', 'cf0000000000000005', '8200a56c6576656c02cb4035800000000000'],
};
const widths = [16, 21, 16, 23, 0];
const row = cells => console.log('%s', cells.map((cell, n) => cell.padEnd(widths[n])).join('  ').trimEnd());
row(['', '1800000000123 goes as', '5 in one byte', '5 in eight bytes', 'integers as keys']);
for (const [name, [encode, decode]] of Object.entries(libraries)) {
  const read = others[name.startsWith('cbor') ? 'cbor' : 'msgpack'].map(hex => decode(Buffer.from(hex, 'hex')));
  const sent = kinds[encode(1800000000123)[0]] ?? 'something else';
  row([name, sent, ...read.map(value => `${kind(value)}, JSON ${json(value)}`)]);
}
TEXT
(cd "$folder" && timeout 30 node numbers.mjs) | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
                  1800000000123 goes as  5 in one byte     5 in eight bytes         integers as keys
cbor              integer                number, JSON 5    number, JSON 5           Map, JSON {}
cbor-x            double                 number, JSON 5    bigint, JSON TypeError   Object, JSON {"0":"level","2":21.5}
msgpackr          double                 number, JSON 5    bigint, JSON TypeError   Object, JSON {"0":"level","2":21.5}
@msgpack/msgpack  integer                number, JSON 5    number, JSON 5           Object, JSON {"0":"level","2":21.5}
msgpack-lite      double                 number, JSON 5    number, JSON 5           Object, JSON {"0":"level","2":21.5}
msgpack5          integer                number, JSON 5    number, JSON 5           Map, JSON {}
TEXT
