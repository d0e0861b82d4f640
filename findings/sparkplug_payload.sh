#!/usr/bin/env bash
# sparkplug-payload, Sparkplug B's library for Node.js, reads an unsigned 32-bit number from long_value only: a UInt32 in
# int_value is null to it, without an error. Tahu's library for Python writes it there (so says its source; it is not run
# here). And an Int8 or Int16 of -1 must come as 4294967295: 255 and 65535, as wide as the type is, are read as 255 and
# 65535. So send whole numbers as Int32 or Int64, and look for null where there should be a number.
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
line('Int16 -1, int_value 4294967295', received(2, 10, 4294967295));
line('Int16 -1, int_value 65535', received(2, 10, 65535));

// Its own payloads, there and back.
for (const [type, value] of [['Int8', -1], ['Int16', -1], ['Int32', -1], ['UInt32', 42], ['Int64', -1]])
  line(`${type} ${value}, there and back`, asked(() =>
    decodePayload(encodePayload({timestamp: 1, metrics: [{name: 'm', type, value}]})).metrics[0].value));
TEXT
timeout 30 node "$folder/payloads.cjs" | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
Int32 42 in int_value          -> 42
UInt32 42 in int_value         -> null
UInt32 42 in long_value        -> 42
Int8 -1, int_value 4294967295  -> -1
Int8 -1, int_value 255         -> 255
Int16 -1, int_value 4294967295 -> -1
Int16 -1, int_value 65535      -> 65535
Int8 -1, there and back        -> -1
Int16 -1, there and back       -> -1
Int32 -1, there and back       -> -1
UInt32 42, there and back      -> 42
Int64 -1, there and back       -> -1
TEXT
