#!/usr/bin/env bash
# ffmpeg and GStreamer's souphttpclientsink, which push a camera's pictures to a URL, do not heed the answer: whether it
# is 202 or 503, they print no error, end with exit code 0, and go on with the next picture. A refused connection
# is an error to ffmpeg, to GStreamer not even that. Who pushes with them sees at the service alone whether pictures come through.
# And what they send: ffmpeg's image2 takes -method PUT without a word and sends POST (-protocol_opts method=PUT is
# what it heeds); neither sends a Content-Type, and ffmpeg sends chunks. souphttpclientsink sends one PUT for each picture and takes all of them for
# parts of one thing: from the second on they have a Content-Range, which a server that knows no partial PUT should answer
# with 400 (RFC 9110, 14.5). So a careful server refuses all but the first picture, and nobody is told.
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
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$folder XDG_CACHE_HOME=$folder

need() { # PACKAGE VERSION
  local version
  dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >/dev/null
  version=$(dpkg-query -W -f '${Version}' "$1")
  echo "$1 $version"
  [[ $version == "$2"* ]] || { echo "$2 expected" >&2; exit 1; }
}
need ffmpeg 7:5.1.
need gstreamer1.0-tools 1.22.0-
need gstreamer1.0-plugins-base 1.22.0-
need gstreamer1.0-plugins-good 1.22.0-
need libsoup-3.0-0 3.2.3-

# The first level of the path is the status of every answer.
cat >"$folder/server.py" <<'TEXT'
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if "Content-Length" in self.headers:
            self.rfile.read(int(self.headers["Content-Length"]))
        else:
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        odd = "".join(f", {name}: {self.headers[name]}" for name in ("Content-Type", "Content-Range", "Transfer-Encoding")
                      if name in self.headers)
        with open(sys.argv[1] + "/seen", "a") as file:
            file.write(f"{self.command} {self.path}{odd}\n")
        self.send_response(int(self.path[1:4]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST

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

# Two pictures each. What they print counts in bytes: errors.
pictures() { # NAME COMMAND...
  local code=0
  : >"$folder/seen"
  timeout 30 "${@:2}" </dev/null >"$folder/out" 2>&1 || code=$?
  for ((i = 0; i < 30; ++i)); do # ffmpeg does not wait for the last answer
    if [[ $(wc -l <"$folder/seen") -ge 2 ]]; then break; fi
    sleep 0.1
  done
  echo "$1: exit code $code, $(wc -c <"$folder/out") bytes printed"
  sed -E 's/bytes [0-9]+-[0-9]+/bytes N-N/; s/^/  /' "$folder/seen"
}
ffmpeg=(ffmpeg -nostdin -loglevel error -f lavfi -i 'testsrc=size=64x48:rate=2' -frames:v 2 -f image2 -update 1)
soup=(gst-launch-1.0 -q videotestsrc num-buffers=2 ! 'video/x-raw,width=64,height=48,framerate=2/1' ! jpegenc
  ! souphttpclientsink)
{
  for status in 202 503; do
    pictures "ffmpeg" "${ffmpeg[@]}" "$root/$status/camera.jpg"
  done
  pictures "ffmpeg -method PUT" "${ffmpeg[@]}" -method PUT "$root/202/camera.jpg"
  pictures "ffmpeg -protocol_opts method=PUT" "${ffmpeg[@]}" -protocol_opts method=PUT "$root/503/camera.jpg"
  for status in 202 503; do
    pictures "souphttpclientsink" "${soup[@]}" location="$root/$status/camera.jpg"
  done
  code=0 # nothing listens on port 1
  timeout 30 "${ffmpeg[@]}" http://127.0.0.1:1/ </dev/null >/dev/null 2>&1 || code=$?
  echo "ffmpeg, connection refused: exit code $code"
  pictures "souphttpclientsink, connection refused" "${soup[@]}" location=http://127.0.0.1:1/
} | tee "$folder/table"
diff - "$folder/table" <<'TEXT'
ffmpeg: exit code 0, 0 bytes printed
  POST /202/camera.jpg, Transfer-Encoding: chunked
  POST /202/camera.jpg, Transfer-Encoding: chunked
ffmpeg: exit code 0, 0 bytes printed
  POST /503/camera.jpg, Transfer-Encoding: chunked
  POST /503/camera.jpg, Transfer-Encoding: chunked
ffmpeg -method PUT: exit code 0, 0 bytes printed
  POST /202/camera.jpg, Transfer-Encoding: chunked
  POST /202/camera.jpg, Transfer-Encoding: chunked
ffmpeg -protocol_opts method=PUT: exit code 0, 0 bytes printed
  PUT /503/camera.jpg, Transfer-Encoding: chunked
  PUT /503/camera.jpg, Transfer-Encoding: chunked
souphttpclientsink: exit code 0, 0 bytes printed
  PUT /202/camera.jpg
  PUT /202/camera.jpg, Content-Range: bytes N-N/*
souphttpclientsink: exit code 0, 0 bytes printed
  PUT /503/camera.jpg
  PUT /503/camera.jpg, Content-Range: bytes N-N/*
ffmpeg, connection refused: exit code 1
souphttpclientsink, connection refused: exit code 0, 0 bytes printed
TEXT
