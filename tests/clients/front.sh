# shellcheck shell=bash disable=SC2154 # $scratch is support.sh's
# The same requests through any proxy. Which of them arrive as they were sent is what the proxies' files say.

publish_through() { # PORT
  local proxy=http://127.0.0.1:$1 name=$2
  ask json -d "{\"topic\":\"$name/json\",\"msg\":\"hello\",\"qos\":1}" "$proxy/publish"
  ask form -d "topic=$name/form&msg=hello" "$proxy/publish"
  ask put -T "$scratch/file" "$proxy/topics/$name/put"
  printf 'a pipe' | ask chunked -T - "$proxy/topics/$name/chunked"
  ask delete -X DELETE "$proxy/topics/$name/put"
  ask delete_content -X DELETE -d '{}' "$proxy/topics/$name/chunked"
  ask slashes -d x "$proxy/topics/$name/a//b"
  ask leading -d x "$proxy/topics//$name/leading"
  ask encoded -d x "$proxy/topics/$name/c%2Fd"
  ask unicode -d x "$proxy/topics/$name/k%C3%BCche%25%20e"
  ask refused -d x "$proxy/topics/$name/%23"
  # A bulk of 1.2 MB: more than the bridge takes by default, and more than nginx passes on.
  ask large --data-binary "@$scratch/large" "$proxy/publish/bulk"
  ask health "$proxy/healthz"
}

echo 'a file' >"$scratch/file"
{
  printf '{"topic":"large","msg":"'
  head -c 1200000 /dev/zero | tr '\0' x
  printf '"}\n'
} >"$scratch/large"
