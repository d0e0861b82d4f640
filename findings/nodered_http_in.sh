#!/usr/bin/env bash
# Node-RED's "http in" decides by the Content-Type what a POST is, and knows three of application/* as bytes:
# octet-stream, cbor and x-protobuf. Everything else of application/*, and what has no Content-Type, is decoded as UTF-8
# whatever it is: MessagePack, protobuf without the x-, SenML's CBOR, zip and application/vnd.* come as a string in
# which every byte that is no UTF-8 is U+FFFD, for good. One would expect a Buffer, as "mqtt in" makes of such bytes.
# Types other than text and application (image, audio, model) come as a Buffer, JSON too. Of JSON, application/json
# alone is parsed: senml+json and ld+json come as a string. And JSON that is no object and no array, 21.50, "on", true,
# is answered 400 and no node is told. So send octet-stream for bytes, and text/plain for a number by itself.
set -euo pipefail
folder=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap finish EXIT

need() { # PACKAGE
  dpkg-query -W "$1" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  echo "$1 $(dpkg-query -W -f '${Version}' "$1")"
}
need curl
(cd "$folder" && npm install --no-audit --no-fund --loglevel=error node-red@4.0.9 >/dev/null)
version=$(node -p "require('$folder/node_modules/node-red/package.json').version")
echo "Node-RED $version, Node.js $(node --version)"

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while web=$((20000 + RANDOM % 12000)) && listens "$web"; do :; done

# "http in", a function that says what it got, "http response".
mkdir "$folder/user"
cat >"$folder/say.txt" <<'TEXT'
const payload = msg.payload;
const hex = value => Buffer.from(value).toString('hex');
if (Buffer.isBuffer(payload)) msg.payload = 'Buffer ' + hex(payload);
else if (typeof payload === 'string' && payload.includes('\ufffd')) msg.payload = 'string of ' + hex(payload);
else msg.payload = typeof payload + ' ' + JSON.stringify(payload);
return msg;
TEXT
cat >"$folder/user/flows.json" <<TEXT
[{"id":"t","type":"tab","label":"t"},
 {"id":"i","z":"t","type":"http in","url":"/post","method":"post","upload":false,"wires":[["f"]]},
 {"id":"f","z":"t","type":"function","wires":[["o"]],
  "func":$(node -p 'JSON.stringify(require("fs").readFileSync(process.argv[1], "utf8"))' "$folder/say.txt")},
 {"id":"o","z":"t","type":"http response","statusCode":"","headers":{"content-type":"text/plain"},"wires":[]}]
TEXT
printf 'module.exports = {flowFile: "flows.json", credentialSecret: false, uiHost: "127.0.0.1"};\n' \
  >"$folder/user/settings.js"
HOME=$folder timeout 300 node "$folder/node_modules/node-red/red.js" --userDir "$folder/user" --port "$web" \
  >>"$folder/log" 2>&1 &
pids+=($!)
post() { # CONTENT-TYPE FILE: the status, and what the function got
  local status
  status=$(curl -s -m 10 -o "$folder/answer" -w '%{http_code}' -H "Content-Type:${1:+ }$1" --data-binary "@$2" \
    "http://127.0.0.1:$web/post" || true)
  if [[ $status == 200 ]]; then cat "$folder/answer"; else echo "answered $status"; fi
}
printf ready >"$folder/ready"
for ((i = 0; i < 600; ++i)); do
  if [[ $(post text/plain "$folder/ready") == 'string "ready"' ]]; then break; fi
  sleep 0.2
done

printf '\x81\xa1v\xcb\x40\x35\x80\0\0\0\0\0' >"$folder/bytes" # MessagePack of {"v":21.5}
printf '{"v":21.50}' >"$folder/object"
printf 21.50 >"$folder/number"
printf '"on"' >"$folder/word"
printf true >"$folder/true"
for type in application/octet-stream application/cbor application/x-protobuf image/jpeg '' application/msgpack \
  application/protobuf application/senml+cbor application/zip application/vnd.example; do
  printf '%-6s  %-31s  %s\n' bytes "${type:-(none)}" "$(post "$type" "$folder/bytes")"
done | tee "$folder/shown"
for type in application/json 'application/json; charset=utf-8' application/senml+json application/ld+json model/json; do
  printf '%-6s  %-31s  %s\n' object "$type" "$(post "$type" "$folder/object")"
done | tee -a "$folder/shown"
for what in number word true; do
  printf '%-6s  %-31s  %s\n' "$what" application/json "$(post application/json "$folder/$what")"
done | tee -a "$folder/shown"
diff "$folder/shown" - <<'TEXT'
bytes   application/octet-stream         Buffer 81a176cb4035800000000000
bytes   application/cbor                 Buffer 81a176cb4035800000000000
bytes   application/x-protobuf           Buffer 81a176cb4035800000000000
bytes   image/jpeg                       Buffer 81a176cb4035800000000000
bytes   (none)                           string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
bytes   application/msgpack              string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
bytes   application/protobuf             string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
bytes   application/senml+cbor           string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
bytes   application/zip                  string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
bytes   application/vnd.example          string of efbfbdefbfbd76efbfbd4035efbfbd0000000000
object  application/json                 object {"v":21.5}
object  application/json; charset=utf-8  object {"v":21.5}
object  application/senml+json           string "{\"v\":21.50}"
object  application/ld+json              string "{\"v\":21.50}"
object  model/json                       Buffer 7b2276223a32312e35307d
number  application/json                 answered 400
word    application/json                 answered 400
true    application/json                 answered 400
TEXT
