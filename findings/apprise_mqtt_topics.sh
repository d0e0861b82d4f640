#!/usr/bin/env bash
# Apprise takes the path of an mqtt:// URL for a list, not for a topic: a comma, a semicolon, and a blank (%20) divide
# it, encoded or not, each part is a topic of its own (in no certain order), and empty levels go: home//x is published
# to home/x, and /home to home; only %2F%2F and so on keep them. ?retain=yes, known from other programs' URLs, is
# ignored without a word, nothing is ever retained. The exit status is 0 each time. Its json:// merges the slashes of
# the path as well, and lets go of %2F: a POST for /topics/a%2Fb//c goes to /topics/a/b/c. One would expect the path,
# percent-decoded once, to be the topic. Versions: Apprise 1.2.0, broker mosquitto 2.0.11.
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
  if ! dpkg-query -W "$1" >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "$1" >/dev/null
  fi
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need apprise 1.2.0-
need python3-paho-mqtt 1.6.1-
need mosquitto 2.0.11-
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf '%s\n' 'user root' "listener $port 127.0.0.1" 'allow_anonymous true' >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done
stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$port" -t '#' -q 1 -F '[%t]' >>"$folder/came" &
pids+=($!)
cat >"$folder/server.py" <<'TEXT'
import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "a") as log:
            log.write(f"{self.path}\n")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/server.py" "$folder/asked" >"$folder/port" 2>"$folder/server.log" &
pids+=($!)
until_heard() { # TEXT: publishes to it until the subscriber has heard it
  for ((i = 0; i < 100; ++i)); do
    mosquitto_pub -h 127.0.0.1 -p "$port" -q 1 -t "$1" -m m
    if grep -q "\[$1\]" "$folder/came"; then return; fi
    sleep 0.1
  done
}
until_heard ready
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-34s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
told() { # PATH: the topics, sorted, and the exit status
  local status=0
  : >"$folder/came"
  timeout 30 apprise -b 21.5 "mqtt://127.0.0.1:$port/$1" >/dev/null 2>&1 || status=$?
  until_heard end
  echo "$(grep -v '\[end\]' "$folder/came" | sort | paste -s -d ' '), exit $status"
}
for ask in \
  'home/kitchen|[home/kitchen], exit 0' \
  'home,kitchen/x|[home] [kitchen/x], exit 0' \
  'home%2Ckitchen/x|[home] [kitchen/x], exit 0' \
  'living%20room/x|[living] [room/x], exit 0' \
  'home;kitchen/x|[home] [kitchen/x], exit 0' \
  'home//x|[home/x], exit 0' \
  '/home/x|[home/x], exit 0' \
  'home%2F%2Fx|[home//x], exit 0' \
  'kept?retain=yes|[kept], exit 0'; do
  shows "mqtt://…/${ask%%|*}" "${ask#*|}" "$(told "${ask%%|*}")"
done
kept=$(mosquitto_sub -h 127.0.0.1 -p "$port" -t kept --retained-only -W 1 2>/dev/null || true)
shows 'retained in kept' nothing "${kept:-nothing}"
timeout 30 apprise -b 21.5 "json://127.0.0.1:$(<"$folder/port")/topics/a%2Fb//c" >/dev/null 2>&1 || true
shows 'json://…/topics/a%2Fb//c' 'POST /topics/a/b/c' "POST $(tail -n 1 "$folder/asked")"
((changed == 0))
