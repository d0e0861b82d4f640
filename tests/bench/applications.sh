# shellcheck shell=bash
# The applications under measurement: how each is built and started. One function start_NAME for each.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=tests/bench/processes.sh
source "$here/processes.sh"

bridge=$1
earlier=${BENCH_EARLIER-}  # another build of the bridge, or none
built=$here/../../build/bench
most_clients=256
declare -A port_of
# What the tutorial and the bridge read from the environment comes from here, not from whoever calls.
unset "${!MQTT_@}" "${!HTTP_@}"

build_peers() {
  local source=$here/httplib/null_handler.cpp flags
  mkdir -p "$built"
  read -ra flags < <(pkg-config --cflags --libs cpp-httplib)
  g++ -std=c++20 -O3 -DNDEBUG -o "$built/null_handler" "$source" "${flags[@]}" -pthread
  g++ -std=c++20 -O3 -DNDEBUG -o "$built/counting_subscriber" "$here/counting_subscriber.cpp"
  env GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS= GOPROXY=off GOTOOLCHAIN=local GOCACHE="$built/go-cache" \
    go build -o "$built/plain_bridge" "$here/go/plain_bridge.go"
}

start_broker() {
  port_of[broker]=$(free_port 21883)
  cat >"$scratch/mosquitto.conf" <<TEXT
listener ${port_of[broker]} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_inflight_messages 0
log_dest none
TEXT
  PATH=$PATH:/usr/sbin mosquitto -c "$scratch/mosquitto.conf" &
  pid_of[broker]=$!
  wait_until_listens "${port_of[broker]}"
}

run_bridge() {  # NAME PROGRAM
  "$2" --mqtt-server 127.0.0.1 --mqtt-port "${port_of[broker]}" --state-dir none \
    --http-port "${port_of[$1]}" >"$scratch/$1.log" 2>&1 &
  pid_of[$1]=$!
}

start_bridge() { run_bridge bridge "$bridge"; }
start_earlier() { run_bridge earlier "$earlier"; }

start_go() {
  "$built/plain_bridge" -listen "127.0.0.1:${port_of[go]}" -broker "tcp://127.0.0.1:${port_of[broker]}" \
    >"$scratch/go.log" 2>&1 &
  pid_of[go]=$!
}

start_django() {
  MQTT_PORT=${port_of[broker]} PYTHONDONTWRITEBYTECODE=1 gunicorn --chdir "$here/django" \
    --workers 2 --worker-class gthread --threads 32 --keep-alive 60 --log-level error \
    --bind "127.0.0.1:${port_of[django]}" wsgi >"$scratch/django.log" 2>&1 &
  pid_of[django]=$!
}

start_httplib() {
  "$built/null_handler" "${port_of[httplib]}" "$most_clients" >"$scratch/httplib.log" 2>&1 &
  pid_of[httplib]=$!
}

start_nginx() {
  cat >"$scratch/nginx.conf" <<TEXT
daemon off;
worker_processes 2;
pid $scratch/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $scratch/nginx-body;
  proxy_temp_path $scratch/nginx-proxy;
  fastcgi_temp_path $scratch/nginx-fastcgi;
  uwsgi_temp_path $scratch/nginx-uwsgi;
  scgi_temp_path $scratch/nginx-scgi;
  server {
    listen 127.0.0.1:${port_of[nginx]} backlog=4096;
    location /publish {
      default_type application/json;
      return 200 '{"code":0}\n';
    }
  }
}
TEXT
  PATH=$PATH:/usr/sbin nginx -e "$scratch/nginx.log" -c "$scratch/nginx.conf" &
  pid_of[nginx]=$!
}
