#!/usr/bin/env bash
# The Node.js library of Sparkplug B, sparkplug-payload, which sparkplug-client is made of, does not read what the Python
# one of the same project (Tahu) writes: a UInt32 in int_value is null to it, and no error, as it reads and writes
# long_value; an Int8 of -1, written as 255, and an Int16, as 65535, are 255 and 65535; it takes only all 32 bits for -1.
# And it does not read what it writes itself: a payload with a DataSet of Int32, UInt64, Text or DateTime, or with a
# Template that has a parameter of those, is an error as a whole. So send whole numbers as Int32 or Int64 and each as a
# metric of its own; and look for null where there should be a number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error sparkplug-payload@1.0.3 >/dev/null)
echo "sparkplug-payload $(node -p "require('$folder/node_modules/sparkplug-payload/package.json').version"), Node.js $(node --version)"

cat >"$folder/payloads.cjs" <<'TEXT'
const {encodePayload, decodePayload} = require('sparkplug-payload').get('spBv1.0');
const asked = get => {
  try { return String(get()); } catch (error) { return error.message.replace(/:.*/, ''); }
};

// Payloads of others, one metric m, written by hand: in a payload the metrics are field 2; in a metric the name is
// field 1, the datatype 4, int_value 10 and long_value 11.
const varint = number => number < 128 ? [number] : [number % 128 + 128, ...varint(Math.floor(number / 128))];
const received = (datatype, field, number) => asked(() => {
  const metric = [0x0a, 1, 0x6d, 0x20, datatype, field << 3, ...varint(number)];
  return decodePayload(Uint8Array.from([0x12, metric.length, ...metric])).metrics[0].value;
});
const line = (what, seen) => console.log(what.padEnd(30), '->', seen);
line('Int32 42 in int_value', received(3, 10, 42));
line('UInt32 42 in int_value', received(7, 10, 42));
line('UInt32 42 in long_value', received(7, 11, 42));
line('Int8 -1, int_value 4294967295', received(1, 10, 4294967295));
line('Int8 -1, int_value 255', received(1, 10, 255));
line('Int16 -1, int_value 65535', received(2, 10, 65535));

// Its own payloads, there and back: a metric, a DataSet of one value, a Template with one parameter.
const back = (type, value, get) => asked(() =>
  get(decodePayload(encodePayload({timestamp: 1, metrics: [{name: 'm', type, value}]})).metrics[0].value));
for (const [type, value] of [['Int32', 42], ['Int64', -1], ['UInt32', 42], ['UInt64', 42], ['Double', 21.5], ['String', 'x'],
  ['Text', 'x'], ['DateTime', 42]]) {
  line(`${type} ${value}, there and back`, back(type, value, read => read));
  line('  in a DataSet', back('DataSet', {numOfColumns: 1, types: [type], columns: ['c'], rows: [[value]]}, read => read.rows[0][0]));
  line('  as a parameter of a Template', back('Template', {isDefinition: true, metrics: [], parameters: [{name: 'p', type, value}]},
    read => read.parameters[0].value));
}
TEXT
timeout 30 node "$folder/payloads.cjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
Int32 42 in int_value          -> 42
UInt32 42 in int_value         -> null
UInt32 42 in long_value        -> 42
Int8 -1, int_value 4294967295  -> -1
Int8 -1, int_value 255         -> 255
Int16 -1, int_value 65535      -> 65535
Int32 42, there and back       -> 42
  in a DataSet                 -> Invalid DataSetValue
  as a parameter of a Template -> Invalid Parameter value
Int64 -1, there and back       -> -1
  in a DataSet                 -> 18446744073709551615
  as a parameter of a Template -> -1
UInt32 42, there and back      -> 42
  in a DataSet                 -> 42
  as a parameter of a Template -> 42
UInt64 42, there and back      -> 42
  in a DataSet                 -> Invalid DataSetValue
  as a parameter of a Template -> Invalid Parameter value
Double 21.5, there and back    -> 21.5
  in a DataSet                 -> 21.5
  as a parameter of a Template -> 21.5
String x, there and back       -> x
  in a DataSet                 -> x
  as a parameter of a Template -> x
Text x, there and back         -> x
  in a DataSet                 -> Invalid DataSetValue
  as a parameter of a Template -> Invalid Parameter value
DateTime 42, there and back    -> 42
  in a DataSet                 -> Invalid DataSetValue
  as a parameter of a Template -> Invalid Parameter value
TEXT
