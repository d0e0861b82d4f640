#!/usr/bin/env bash
# nginx in front: as it should be set, with a URI in proxy_pass, and as a way in for devices that can only GET.
# shellcheck source=tests/clients/support.sh
source ./support.sh
# shellcheck source=tests/clients/front.sh
source ./front.sh

straight=$(free_port) merging=$(free_port) getting=$(free_port)
user=''
if ((EUID == 0)); then user='user root;'; fi
cat >"$scratch/nginx.conf" <<TEXT
daemon off;
$user
pid $scratch/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $scratch/body;
  proxy_temp_path $scratch/proxy;
  fastcgi_temp_path $scratch/fastcgi;
  uwsgi_temp_path $scratch/uwsgi;
  scgi_temp_path $scratch/scgi;
  server {
    listen 127.0.0.1:$straight;
    location / { proxy_pass $BRIDGE; client_max_body_size 0; }
  }
  server {
    listen 127.0.0.1:$merging;
    location / { proxy_pass $BRIDGE/; }
  }
  server {
    listen 127.0.0.1:$getting;
    location = /send {
      if (\$request_method != GET) { return 405; }
      if (\$http_sec_fetch_site ~ "cross-site|same-site") { return 403; }
      set \$form \$args;
      set \$args "";
      proxy_method POST;
      proxy_set_body \$form;
      proxy_set_header Content-Type application/x-www-form-urlencoded;
      proxy_pass $BRIDGE/publish;
    }
  }
}
TEXT
start nginx nginx -e stderr -c "$scratch/nginx.conf"
wait_until_listens "$getting"

# expect: json 200 nginx/json q1 - hello
# expect: form 200 nginx/form q0 - hello
# expect: put 200 nginx/put q0r - a file\n
# expect: chunked 200 nginx/chunked q0r - a pipe
# expect: delete 200 nginx/put q0r -
# expect: delete_content 200 nginx/chunked q0r -
# expect: slashes 200 nginx/a//b q0 - x
# expect: leading 200 /nginx/leading q0 - x
# expect: encoded 200 nginx/c/d q0 - x
# expect: unicode 200 nginx/k\xc3\xbcche%\x20e q0 - x
# expect: refused 400
# expect: large 413
# expect: health 200
publish_through "$straight" nginx

# With a URI in proxy_pass, be it only '/', the path goes on as nginx has normalised it: another topic, with a 200.
# expect: merged 200 nginx/merged/b q0 - x
ask merged -d x "http://127.0.0.1:$merging/topics/nginx/merged//b"
# Its own limit, 1 MiB, comes first, and its own page.
# expect: nginx_413 413
ask nginx_413 --data-binary "@$scratch/large" "http://127.0.0.1:$merging/topics/nginx/nginx_413"
# expect: nginx_413_is_html yes
echo "nginx_413_is_html $(grep -q '<html>' "$scratch/answer" && echo yes)"

# expect: get 200 nginx/get q1r - 21.5 °C
ask get "http://127.0.0.1:$getting/send?topic=nginx/get&msg=21.5%20%C2%B0C&qos=1&retain=true"
# A + is a space, as in a form.
# expect: get_plus 200 nginx/get_plus q0 - a b
ask get_plus "http://127.0.0.1:$getting/send?topic=nginx/get_plus&msg=a+b"
# expect: get_twice 400
ask get_twice "http://127.0.0.1:$getting/send?topic=nginx/get&msg=1&msg=2"
# expect: get_post 405
ask get_post -d 'topic=nginx/get&msg=1' "http://127.0.0.1:$getting/send"
# Neither who only looks, nor a picture on a foreign page.
# expect: get_head 405
ask get_head --head "http://127.0.0.1:$getting/send?topic=nginx/get&msg=1"
# expect: get_foreign 403
ask get_foreign -H 'Sec-Fetch-Site: cross-site' "http://127.0.0.1:$getting/send?topic=nginx/get&msg=1"
