#!/usr/bin/env bash
# Which reverse proxies make another path of /a//b. MQTT topics may have empty levels; where a topic is part of a URL's
# path, a proxy in front that merges slashes publishes to another topic, and the answer is a 200.
#
# Debian 12: nginx 1.22.1, Apache httpd 2.4.71, lighttpd 1.4.69, nghttpx 1.52.0, HAProxy 2.6.12, Varnish 7.1.1,
# Caddy 2.6.2.
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
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need nginx 1.22.1-
need apache2-bin 2.4.71-
need lighttpd 1.4.69-
need nghttp2-proxy 1.52.0-
need haproxy 2.6.12-
need varnish 7.1.1-
need caddy 2.6.2-
need curl 7.88.1-
need python3 3.11

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
  echo "$port"
}
run() { # PORT COMMAND…
  local port=$1 deadline=$((SECONDS + 30))
  shift
  "$@" >>"$folder/log" 2>&1 </dev/null &
  pids+=($!)
  until listens "$port"; do
    if ((SECONDS > deadline)); then
      tail -n 5 "$folder/log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

# Answers with the target of the request.
cat >"$folder/echo.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.requestline.split()[1])))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(self.requestline.split()[1].encode())
    def log_message(self, *_): pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
TEXT
backend=$(free_port)
run "$backend" /usr/bin/python3 "$folder/echo.py" "$backend"
target=127.0.0.1:$backend

ports=()
for ((i = 0; i < 11; ++i)); do
  while port=$(free_port) && [[ " ${ports[*]} $backend " == *" $port "* ]]; do :; done
  ports+=("$port")
done
user=''
if ((EUID == 0)); then user='user root;'; fi
cat >"$folder/nginx.conf" <<TEXT
daemon off; pid $folder/nginx.pid; $user
events {}
http {
  access_log off; client_body_temp_path $folder/1; proxy_temp_path $folder/2; fastcgi_temp_path $folder/3;
  uwsgi_temp_path $folder/4; scgi_temp_path $folder/5;
  server { listen 127.0.0.1:${ports[0]}; location / { proxy_pass http://$target; } }
  server { listen 127.0.0.1:${ports[1]}; location / { proxy_pass http://$target/; } }
  server { listen 127.0.0.1:${ports[2]}; location / { proxy_pass http://$target/; } merge_slashes off; }
}
TEXT
run "${ports[2]}" nginx -e stderr -c "$folder/nginx.conf"

modules=/usr/lib/apache2/modules
cat >"$folder/apache.conf" <<TEXT
ServerRoot $folder
ServerName localhost
PidFile $folder/apache.pid
ErrorLog /dev/stderr
Mutex file:$folder
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
Listen 127.0.0.1:${ports[3]}
Listen 127.0.0.1:${ports[4]}
Listen 127.0.0.1:${ports[5]}
<VirtualHost 127.0.0.1:${ports[3]}>
  ProxyPass / http://$target/
</VirtualHost>
<VirtualHost 127.0.0.1:${ports[4]}>
  ProxyPass / http://$target/
  MergeSlashes Off
</VirtualHost>
<VirtualHost 127.0.0.1:${ports[5]}>
  ProxyPass / http://$target/ nocanon
</VirtualHost>
TEXT
if ((EUID == 0)); then
  chmod 711 "$folder"
  printf 'User www-data\nGroup www-data\n' >>"$folder/apache.conf"
fi
run "${ports[5]}" apache2 -X -f "$folder/apache.conf"

for i in 6 7; do
  more=''
  if ((i == 7)); then more='server.http-parseopts = ("url-normalize" => "disable")'; fi
  cat >"$folder/lighttpd$i.conf" <<TEXT
server.document-root = "$folder"
server.bind = "127.0.0.1"
server.port = ${ports[$i]}
server.modules = ("mod_proxy")
proxy.server = ("" => (("host" => "127.0.0.1", "port" => $backend)))
$more
TEXT
  run "${ports[$i]}" lighttpd -D -f "$folder/lighttpd$i.conf"
done
run "${ports[8]}" nghttpx --conf=/dev/null --workers=1 --errorlog-file="$folder/log" -f "127.0.0.1,${ports[8]};no-tls" -b "127.0.0.1,$backend"
cat >"$folder/haproxy.cfg" <<TEXT
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
frontend front
  bind 127.0.0.1:${ports[9]}
  default_backend back
backend back
  server back $target
TEXT
run "${ports[9]}" haproxy -db -f "$folder/haproxy.cfg"
run "${ports[10]}" varnishd -F -a "127.0.0.1:${ports[10]}" -b "$target" -n "$folder/varnish" -s malloc,32m
caddy=$(free_port)
printf '{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:%s {\n bind 127.0.0.1\n reverse_proxy %s\n}\n' "$caddy" "$target" >"$folder/Caddyfile"
HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder run "$caddy" caddy run --config "$folder/Caddyfile" --adapter caddyfile

changed=0
shows() { # PROXY PORT EXPECTED
  local seen
  seen=$(curl -sS -m 10 "http://127.0.0.1:$2/topics/a//b")
  printf '%-44s /topics/a//b -> %s\n' "$1" "$seen"
  if [[ $seen != "$3" ]]; then
    echo "  was $3 when this was written"
    changed=1
  fi
}
kept=/topics/a//b merged=/topics/a/b
shows 'nginx, proxy_pass http://backend' "${ports[0]}" $kept
shows 'nginx, proxy_pass http://backend/' "${ports[1]}" $merged
shows '  with merge_slashes off' "${ports[2]}" $kept
shows 'Apache, ProxyPass' "${ports[3]}" $merged
shows '  with MergeSlashes Off' "${ports[4]}" $kept
shows '  with nocanon' "${ports[5]}" $kept
shows 'lighttpd' "${ports[6]}" $merged
shows '  with url-normalize disabled' "${ports[7]}" $kept
shows 'nghttpx' "${ports[8]}" $merged
shows 'HAProxy' "${ports[9]}" $kept
shows 'Varnish' "${ports[10]}" $kept
shows 'Caddy' "$caddy" $kept
((changed == 0))
