#!/usr/bin/env bash
# curl: what people type, and what it adds to that.
# shellcheck source=tests/clients/support.sh
source ./support.sh

# expect: json 200 curl/json q0 - hello
ask json -d '{"topic":"curl/json","msg":"hello"}' "$BRIDGE/publish"
# expect: form 200 curl/form q1 - a&b c
ask form -d 'topic=curl/form&qos=1' --data-urlencode 'msg=a&b c' "$BRIDGE/publish"
# expect: h2c 200 curl/h2c q0 - hello
ask h2c --http2 -d '{"topic":"curl/h2c","msg":"hello"}' "$BRIDGE/publish"
# expect: http10 200 curl/http10 q0 - hello
ask http10 --http1.0 -d '{"topic":"curl/http10","msg":"hello"}' "$BRIDGE/publish"

# expect: multipart 200 curl/multipart q1 - a&b c
ask multipart -F topic=curl/multipart -F 'msg=a&b c' -F qos=1 "$BRIDGE/publish"

# The body's bytes; a form's type is curl's, not the user's.
# expect: bytes 200 curl/bytes q2 - \x00\x01\xff\x0a
printf '\0\1\xff\n' | ask bytes --data-binary @- "$BRIDGE/topics/curl/bytes?qos=2"
# expect: typed 200 curl/typed q0 text/csv 1,2
ask typed -H 'Content-Type: text/csv' -d 1,2 "$BRIDGE/topics/curl/typed"

# -T is PUT: retained. From a pipe the length is not known: chunked.
echo 'a file' >"$scratch/file"
# expect: upload 200 curl/upload q0r - a file\n
ask upload -T "$scratch/file" "$BRIDGE/topics/curl/upload"
# expect: pipe 200 curl/pipe q0r - a file\n
ask pipe -T - "$BRIDGE/topics/curl/pipe" <"$scratch/file"
# expect: continue 200 curl/continue q0r - a file\n
ask continue -H 'Expect: 100-continue' -T "$scratch/file" "$BRIDGE/topics/curl/continue"
# A name that ends in / gets the file's name from curl.
# expect: named 200 curl/named/file q0r - a file\n
ask named -T "$scratch/file" "$BRIDGE/topics/curl/named/"

# expect: delete 200 curl/upload q0r -
ask delete -X DELETE "$BRIDGE/topics/curl/upload"
# expect: delete_content 200 curl/pipe q0r -
ask delete_content -X DELETE -d ignored "$BRIDGE/topics/curl/pipe"

# expect: gzip 200 curl/gzip q0 - hello
printf '{"topic":"curl/gzip","msg":"hello"}' | gzip |
  ask gzip -H 'Content-Encoding: gzip' --data-binary @- "$BRIDGE/publish"
# expect: bom 200 curl/bom q0 - hello
printf '\xef\xbb\xbf{"topic":"curl/bom","msg":"hello"}' | ask bom --data-binary @- "$BRIDGE/publish"

# curl takes /../ out of the path before it sends it, unless it is told not to.
# expect: dots 200 curl/b q0 - hello
ask dots -d hello "$BRIDGE/topics/curl/a/../b"
# expect: dots_kept 200 curl/a/../b q0 - hello
ask dots_kept --path-as-is -d hello "$BRIDGE/topics/curl/a/../b"

# expect: array 400
ask array -d '[{"topic":"curl/array","msg":1}]' "$BRIDGE/publish"
# expect: query 400
ask query -d '{"topic":"curl/query","msg":1}' "$BRIDGE/publish?qos=1"
# expect: get 405
ask get -G -d topic=curl/get -d msg=hello "$BRIDGE/publish"
start_bridge getting 'get_publish = true'
# expect: get_publish 200 curl/get_publish q1 - 21.5 °C
ask get_publish -G -d topic=curl/get_publish -d qos=1 --data-urlencode 'msg=21.5 °C' "$(url_of getting)/publish"
# expect: brotli 415
ask brotli -H 'Content-Encoding: br' -d '{"topic":"curl/brotli","msg":1}' "$BRIDGE/publish"
# expect: index 200
ask index "$BRIDGE/"
# 2 MiB, sent to the end or not: the answer is seen.
head -c 2097152 /dev/zero >"$scratch/large"
# expect: large 413
ask large --data-binary "@$scratch/large" "$BRIDGE/topics/curl/large"
