#!/usr/bin/env bash
# A client that ends its own direction after the request (nc -N, shutdown(SHUT_WR)) still wants the answer. Behind some
# proxies it gets none, although the backend has the whole request: nghttpx, nginx's stream module and
# systemd-socket-proxyd end the connection at once, socat after 0.5 s; HAProxy with abortonclose answers 400, and Caddy
# an answer that the backend never gave: 200 with no content. nginx does not even pass the request on if the end
# comes with it, and ends the connection if it comes later. Apache, HAProxy and Varnish wait for the answer.
# So a client must keep its direction open until it has the answer, and trust no status without the content that it
# expects; a server must not take the end of input for a withdrawn request. Where such clients cannot be changed:
# proxy_ignore_client_abort on (nginx), proxy_half_close on (its stream module), -t SECONDS (socat).
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
need libnginx-mod-stream 1.22.1-
need apache2-bin 2.4.71-
need nghttp2-proxy 1.52.0-
need haproxy 2.6.12-
need varnish 7.1.1-
need caddy 2.6.2-
need socat 1.7.4.4-
need systemd 252.

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
ports=()
for ((i = 0; i < 14; ++i)); do
  while port=$((20000 + RANDOM % 12000)) && { listens "$port" || [[ " ${ports[*]} " == *" $port "* ]]; }; do :; done
  ports+=("$port")
done
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

# Writes down what it has received, and answers "done" 1 s later.
cat >"$folder/backend.py" <<'TEXT'
import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[2], "a") as file:
            file.write(content.decode() + "\n")
        time.sleep(1)
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone")
        except OSError:
            pass
    def log_message(self, *_): pass
ThreadingHTTPServer.request_queue_size = 99
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
TEXT
backend=${ports[0]} target=127.0.0.1:${ports[0]} user=''
touch "$folder/received"
run "$backend" /usr/bin/python3 "$folder/backend.py" "$backend" "$folder/received"

if ((EUID == 0)); then user='user root;'; fi
cat >"$folder/nginx.conf" <<TEXT
load_module $(dpkg-query -L libnginx-mod-stream | grep 'ngx_stream_module.so$');
daemon off; pid $folder/nginx.pid; $user
events {}
stream {
  server { listen 127.0.0.1:${ports[1]}; proxy_pass $target; }
  server { listen 127.0.0.1:${ports[2]}; proxy_pass $target; proxy_half_close on; }
}
http {
  access_log off; client_body_temp_path $folder/1; proxy_temp_path $folder/2; fastcgi_temp_path $folder/3;
  uwsgi_temp_path $folder/4; scgi_temp_path $folder/5;
  server { listen 127.0.0.1:${ports[3]}; location / { proxy_pass http://$target; } }
  server { listen 127.0.0.1:${ports[4]}; location / { proxy_pass http://$target; proxy_ignore_client_abort on; } }
}
TEXT
run "${ports[4]}" nginx -e stderr -c "$folder/nginx.conf"
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
Listen 127.0.0.1:${ports[5]}
ProxyPass / http://$target/
TEXT
if ((EUID == 0)); then
  chmod 711 "$folder"
  printf 'User www-data\nGroup www-data\n' >>"$folder/apache.conf"
fi
run "${ports[5]}" apache2 -X -f "$folder/apache.conf"
run "${ports[6]}" nghttpx --conf=/dev/null --workers=1 --errorlog-file="$folder/log" -f "127.0.0.1,${ports[6]};no-tls" -b "127.0.0.1,$backend"
cat >"$folder/haproxy.cfg" <<TEXT
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
listen plain
  bind 127.0.0.1:${ports[7]}
  server back $target
listen abort
  bind 127.0.0.1:${ports[8]}
  option abortonclose
  server back $target
TEXT
run "${ports[8]}" haproxy -db -f "$folder/haproxy.cfg"
run "${ports[9]}" varnishd -F -a "127.0.0.1:${ports[9]}" -b "$target" -n "$folder/varnish" -s malloc,32m
printf '{\n admin off\n auto_https off\n}\n:%s {\n bind 127.0.0.1\n reverse_proxy %s\n}\n' "${ports[10]}" "$target" >"$folder/Caddyfile"
HOME=$folder XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder run "${ports[10]}" caddy run --config "$folder/Caddyfile" --adapter caddyfile
run "${ports[11]}" socat "TCP-LISTEN:${ports[11]},bind=127.0.0.1,fork" "TCP:$target"
run "${ports[12]}" socat -t 10 "TCP-LISTEN:${ports[12]},bind=127.0.0.1,fork" "TCP:$target"
run "${ports[13]}" systemd-socket-activate -l "127.0.0.1:${ports[13]}" /lib/systemd/systemd-socket-proxyd "$target"

# Posts "NUMBER WHEN" to each port, ends its direction at once ("early") or once the backend has it ("late"), and prints
# whether the backend got it, what came back, and how long after that end.
cat >"$folder/post.py" <<'TEXT'
import socket, sys, threading, time
log, ports = sys.argv[1], sys.argv[2:]
results = {}
def received(content, patience):
    deadline = time.monotonic() + patience
    while True:
        with open(log) as file:
            if content in file.read().splitlines():
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
def post(number, when):
    answer, content = b"", f"{number} {when}"
    with socket.create_connection(("127.0.0.1", int(ports[number])), 10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode())
        if when == "late":
            received(content, 10)
        start = time.monotonic()
        connection.shutdown(socket.SHUT_WR)
        try:
            while not answer.endswith(b"done") and (some := connection.recv(9999)):
                answer += some
        except OSError:
            pass
    spent = time.monotonic() - start
    head, _, body = answer.partition(b"\r\n\r\n")
    status = (head.split(None, 2)[1].decode() if head else "no answer") + (" done" if body == b"done" else "")
    status += ", at once" if spent < 0.4 else ", after 0.5 s" if spent < 0.8 else ""
    results[number, when] = ("received: " if received(content, 2) else "not received: ") + status
threads = [threading.Thread(target=post, args=(number, when)) for number in range(len(ports)) for when in ("early", "late")]
for thread in threads: thread.start()
for thread in threads: thread.join()
for number in range(len(ports)): print(results[number, "early"] + ";" + results[number, "late"])
TEXT
mapfile -t seen < <(timeout 40 /usr/bin/python3 "$folder/post.py" "$folder/received" "${ports[@]}")

changed=0
shows() { # WHAT NUMBER LATE [EARLY, if it is another]
  printf '%-38s %-36s %s\n' "$1" "${seen[$2]%;*}" "${seen[$2]#*;}"
  if [[ ${seen[$2]} != "${4-$3};$3" ]]; then
    echo "  was ${4-$3};$3 when this was written"
    changed=1
  fi
}
printf '%-38s %-36s %s\n' 'its direction ends' 'with the request' 'once the backend has it'
lost='received: no answer, at once' done='received: 200 done'
shows 'no proxy' 0 "$done"
shows 'nginx' 3 "$lost" "not $lost"
shows '  with proxy_ignore_client_abort on' 4 "$done"
shows 'nginx, stream' 1 "$lost"
shows '  with proxy_half_close on' 2 "$done"
shows 'Apache' 5 "$done"
shows 'nghttpx' 6 "$lost"
shows 'HAProxy' 7 "$done"
shows '  with option abortonclose' 8 'received: 400, at once'
shows 'Varnish' 9 "$done"
shows 'Caddy' 10 'received: 200, at once'
shows 'socat' 11 'received: no answer, after 0.5 s'
shows '  with -t 10' 12 "$done"
shows 'systemd-socket-proxyd' 13 "$lost"
((changed == 0))
