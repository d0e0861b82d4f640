#!/usr/bin/env bash
# Apache httpd in front: with MergeSlashes Off and AllowEncodedSlashes NoDecode, and as it is by default.
# shellcheck source=tests/clients/support.sh
source ./support.sh
# shellcheck source=tests/clients/front.sh
source ./front.sh

straight=$(free_port) merging=$(free_port) modules=/usr/lib/apache2/modules
cat >"$scratch/apache.conf" <<TEXT
ServerRoot $scratch
ServerName localhost
PidFile $scratch/apache.pid
ErrorLog /dev/stderr
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
Mutex file:$scratch
Listen 127.0.0.1:$straight
Listen 127.0.0.1:$merging
<VirtualHost 127.0.0.1:$straight>
  MergeSlashes Off
  AllowEncodedSlashes NoDecode
  ProxyPass / $BRIDGE/ nocanon
</VirtualHost>
<VirtualHost 127.0.0.1:$merging>
  ProxyPass / $BRIDGE/
</VirtualHost>
TEXT
if ((EUID == 0)); then
  printf 'User www-data\nGroup www-data\n' >>"$scratch/apache.conf"
  chmod 711 "$scratch"
fi
start apache apache2 -X -f "$scratch/apache.conf"
wait_until_listens "$merging"

# expect: json 200 apache/json q1 - hello
# expect: form 200 apache/form q0 - hello
# expect: put 200 apache/put q0r - a file\n
# expect: chunked 200 apache/chunked q0r - a pipe
# expect: delete 200 apache/put q0r -
# expect: delete_content 200 apache/chunked q0r -
# expect: slashes 200 apache/a//b q0 - x
# expect: leading 200 /apache/leading q0 - x
# expect: encoded 200 apache/c/d q0 - x
# expect: unicode 200 apache/k\xc3\xbcche%\x20e q0 - x
# expect: refused 400
# expect: large 413
# expect: health 200
publish_through "$straight" apache

# By default: another topic, with a 200, and a 404 of its own for %2F.
# expect: merged 200 apache/merged/b q0 - x
ask merged -d x "http://127.0.0.1:$merging/topics/apache/merged//b"
# expect: encoded_slash 404
ask encoded_slash -d x "http://127.0.0.1:$merging/topics/apache/c%2Fd"
