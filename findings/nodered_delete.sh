#!/usr/bin/env bash
# Node-RED's "http request" node sends whatever msg.payload holds as content of a DELETE, too, and in a flow it holds
# something: what the node before has left there. An inject node's time stamp goes out as the content of the DELETE.
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

(cd "$folder" && npm install --no-audit --no-fund --loglevel=error node-red@4.0.9 >/dev/null)
echo "Node-RED $(node -p "require('$folder/node_modules/node-red/package.json').version"), Node.js $(node --version)"

cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.command} {self.path}: {self.headers.get('Content-Type')}, {content.decode() or 'nothing'}\n")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_DELETE = answer

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + "/port", "w") as file:
    file.write(f"{server.server_port}\n")
server.serve_forever()
TEXT
/usr/bin/python3 "$folder/server.py" "$folder" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if [[ -s $folder/port ]]; then break; fi
  sleep 0.1
done
root=http://127.0.0.1:$(<"$folder/port")
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done

# Three flows: an inject node as it comes out of the palette (a time stamp) before a DELETE, one whose payload is a JSON
# object, and the time stamp before a GET.
mkdir "$folder/user"
cat >"$folder/user/flows.json" <<TEXT
[{"id":"t","type":"tab","label":"t"},
 {"id":"i1","z":"t","type":"inject","props":[{"p":"payload"}],"once":true,"payload":"","payloadType":"date","wires":[["h1"]]},
 {"id":"h1","z":"t","type":"http request","method":"DELETE","ret":"txt","url":"$root/time_stamp","wires":[[]]},
 {"id":"i2","z":"t","type":"inject","props":[{"p":"payload"}],"once":true,"payload":"{}","payloadType":"json","wires":[["h2"]]},
 {"id":"h2","z":"t","type":"http request","method":"DELETE","ret":"txt","url":"$root/object","wires":[[]]},
 {"id":"i3","z":"t","type":"inject","props":[{"p":"payload"}],"once":true,"payload":"","payloadType":"date","wires":[["h3"]]},
 {"id":"h3","z":"t","type":"http request","method":"GET","ret":"txt","url":"$root/get","wires":[[]]}]
TEXT
printf 'module.exports = {flowFile: "flows.json", credentialSecret: false, uiHost: "127.0.0.1"};\n' >"$folder/user/settings.js"
HOME=$folder node "$folder/node_modules/node-red/red.js" --userDir "$folder/user" --port "$port" >"$folder/log" 2>&1 &
pids+=($!)
for ((i = 0; i < 600; ++i)); do
  if [[ -s $folder/seen && $(wc -l <"$folder/seen") -ge 3 ]]; then break; fi
  sleep 0.1
done
sort "$folder/seen" | sed -E 's/[0-9]{13}/(a time stamp)/' | tee "$folder/shown"
diff "$folder/shown" - <<'TEXT'
DELETE /object: application/json, {}
DELETE /time_stamp: None, (a time stamp)
GET /get: None, nothing
TEXT
