#!/usr/bin/env bash
# collectd's write_http plugin does not send what it measures when it measures it: values wait until 4,096 bytes of
# JSON are together (BufferSize), and no clock sends fewer. One value every 10 s, the default interval, is one POST
# every two and a half minutes with about fifteen values in it, the oldest that old. And what is answered with 503 is
# gone: no second attempt, no line in the log unless LogHttpError is set, and with it a line but no second attempt
# either. One would expect a POST an interval, and what failed to be logged and sent again. Seen with an interval of
# 0.2 s, so that it takes seconds. Version: collectd 5.12.0.
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
need collectd-core 5.12.0-
need libyajl2 2.1.0-
need libcurl3-gnutls 7.88.1-

# Answers /STATUS/… with that status, and writes down when what came.
cat >"$folder/server.py" <<'TEXT'
import http.server
import json
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        times = [value["time"] for value in json.loads(content)]
        _, status, name = self.path.split("/")
        with open(f"{sys.argv[1]}/{name}", "a") as log:
            log.write(json.dumps({"times": times, "oldest": time.time() - times[0], "size": len(content)}) + "\n")
        self.send_response(int(status))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/server.py" "$folder" >"$folder/port" 2>"$folder/server.log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done
at=http://127.0.0.1:$(<"$folder/port")

cat >"$folder/collectd.conf" <<TEXT
Hostname "here"
Interval 0.2
BaseDir "$folder"
PIDFile "$folder/pid"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin logfile
<Plugin logfile>
  File "$folder/collectd.log"
</Plugin>
LoadPlugin uptime
LoadPlugin write_http
<Plugin write_http>
  <Node "fine">
    URL "$at/200/fine"
    Format "JSON"
  </Node>
  <Node "refused">
    URL "$at/503/refused"
    Format "JSON"
  </Node>
  <Node "logged">
    URL "$at/503/logged"
    Format "JSON"
    LogHttpError true
  </Node>
</Plugin>
TEXT
timeout 60 collectd -f -C "$folder/collectd.conf" >"$folder/said" 2>&1 &
pids+=($!)
for ((i = 0; i < 400; ++i)); do # three POSTs to each
  if [[ $(cat "$folder"/{fine,refused,logged} 2>/dev/null | grep -c times) -ge 9 ]]; then break; fi
  sleep 0.1
done

changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-52s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
cat >"$folder/sum.py" <<'TEXT'
import json
import sys

posts = [json.loads(line) for line in open(sys.argv[1])][:3]
number, age = len(posts[0]["times"]), posts[0]["oldest"] / 0.2
print("more than ten" if number > 10 else number, "more than ten" if age > 10 else age,
      all(3500 < post["size"] <= 4096 for post in posts), sep="; ")
times = [time for post in posts for time in post["times"]]
print(len(times) - len(set(times)))
TEXT
sums() { /usr/bin/python3 "$folder/sum.py" "$folder/$1" | sed -n "$2p"; }
shows 'values in a POST; age in intervals; 3.5 to 4 KiB' 'more than ten; more than ten; True' "$(sums fine 1)"
shows 'answered 503: values that came again' 0 "$(sums refused 2)"
shows 'with LogHttpError: values that came again' 0 "$(sums logged 2)"
sleep 0.5
lines=$(grep -c 'write_http plugin: HTTP Error code: 503' "$folder/collectd.log" || true)
posts=$(wc -l <"$folder/logged")
shows 'POSTs answered 503 of which the log tells' "logged: 100 %, refused: 0 %" \
  "$( ((lines == posts)) && echo 'logged: 100 %, refused: 0 %' || echo "$lines, $posts")"
((changed == 0))
