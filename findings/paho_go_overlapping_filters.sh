#!/usr/bin/env bash
# The MQTT client for Go that Debian 12 has, Eclipse's, does not look for the handler of a filter by the filter, but by what
# the filter matches: Subscribe("home/one", …, one) after Subscribe("home/#", …, all) puts "one" in the place of "all", and
# then "one" gets every message below home, and "all" nothing. In the other order both get their own. A program
# whose order varies fails only on some of its starts. Subscribe to the narrow filters first, or give no
# handlers at all and tell the messages apart in the default handler.
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
need golang-go 2:1.19
need golang-github-eclipse-paho.mqtt.golang-dev 1.1.1-
need mosquitto 2.0.11-
export HOME=$folder GOCACHE=$folder/go GO111MODULE=off GOPATH=/usr/share/gocode

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$folder/mosquitto.conf"
mosquitto -c "$folder/mosquitto.conf" 2>"$folder/log" &
pids+=($!)
for ((i = 0; i < 100; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

# Subscribes to the filters in the order of the arguments, publishes two messages, and prints which handler got which.
cat >"$folder/overlap.go" <<'TEXT'
package main

import (
	"fmt"
	"os"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

func done(token mqtt.Token) {
	if !token.WaitTimeout(10*time.Second) || token.Error() != nil {
		fmt.Println("failed:", token.Error())
		os.Exit(1)
	}
}

func handler(name string) mqtt.MessageHandler {
	return func(_ mqtt.Client, message mqtt.Message) { fmt.Printf("%s got %s\n", name, message.Topic()) }
}

func main() {
	options := mqtt.NewClientOptions().AddBroker(os.Args[1]).SetDefaultPublishHandler(handler("the default"))
	client := mqtt.NewClient(options)
	done(client.Connect())
	for _, filter := range os.Args[3:] {
		if os.Args[2] == "handlers" {
			done(client.Subscribe(filter, 1, handler(filter)))
		} else {
			done(client.Subscribe(filter, 1, nil))
		}
	}
	done(client.Publish("home/one", 1, false, "1"))
	done(client.Publish("home/deep/two", 1, false, "2"))
	time.Sleep(time.Second)
	client.Disconnect(100)
}
TEXT
(cd "$folder" && nice timeout 120 go build -o overlap overlap.go)

changed=0
shows() { # EXPECTED, "handlers" OR "default", FILTER…
  local expected=$1 seen
  shift
  seen=$(timeout 30 "$folder/overlap" "tcp://127.0.0.1:$port" "$@" | sort | paste -s -d ';' | sed 's/;/; /g')
  printf '%-30s %s\n' "$*" "$seen"
  if [[ $seen != "$expected" ]]; then
    echo "  was $expected when this was written"
    changed=1
  fi
}
shows 'home/# got home/deep/two; home/# got home/one; home/one got home/one' handlers home/one home/#
shows 'home/one got home/deep/two; home/one got home/one' handlers home/# home/one
shows 'home/+ got home/deep/two; home/+ got home/one' handlers home/# home/+
shows 'the default got home/deep/two; the default got home/one' default home/# home/one
((changed == 0))
