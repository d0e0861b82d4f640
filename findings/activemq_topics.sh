#!/usr/bin/env bash
# ActiveMQ makes destinations of MQTT's topics, and reads in them what destinations may have: after a question mark come
# options, which are cut off, a comma separates two destinations, so that one message becomes two, and blanks at the ends
# are dropped. The publisher is told that all is well. Keep ? , and blanks out of topics there.
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
need activemq 5.17.2
need libmqtt-client-java 1.16
need mosquitto-clients 2.0.11-

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
while port=$((20000 + RANDOM % 12000)) && listens "$port"; do :; done
cat >"$folder/activemq.xml" <<TEXT
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" useJmx="false" persistent="false" brokerName="localhost"
    dataDirectory="$folder/data">
    <transportConnectors><transportConnector name="mqtt" uri="mqtt://127.0.0.1:$port"/></transportConnectors>
  </broker>
</beans>
TEXT
opened=()
for package in java.base/java.{security,net,lang,util,util.concurrent,util.concurrent.atomic} java.naming/javax.naming.spi \
  java.rmi/sun.rmi.transport.tcp; do
  opened+=(--add-opens "$package=ALL-UNNAMED")
done
home=/usr/share/activemq
timeout 120 java -Xmx256M "${opened[@]}" -Djava.io.tmpdir="$folder" -Dactivemq.home=$home -Dactivemq.base="$folder" \
  -Dactivemq.conf="$folder" -Dactivemq.data="$folder/data" -Dactivemq.classpath="$folder:/usr/share/java/mqtt-client.jar" \
  -jar $home/bin/activemq.jar start "xbean:file:$folder/activemq.xml" >"$folder/said" 2>&1 &
pids+=($!)
for ((i = 0; i < 600; ++i)); do
  if listens "$port"; then break; fi
  sleep 0.1
done

here=(-h 127.0.0.1 -p "$port")
changed=0
shows() { # WHAT EXPECTED SEEN
  printf '%-28s %s\n' "$1" "$3"
  if [[ $3 != "$2" ]]; then
    echo "  was $2 when this was written"
    changed=1
  fi
}
timeout 60 mosquitto_sub "${here[@]}" -t 't/#' -t 'ready/#' -F '[%t] %p' >"$folder/seen" &
pids+=($!)
for ((i = 0; i < 200; ++i)); do
  mosquitto_pub "${here[@]}" -q 1 -t ready/now -m x 2>/dev/null || true
  if grep -q ready "$folder/seen"; then break; fi
  sleep 0.1
done
arrives_as() { # TOPIC
  mosquitto_pub "${here[@]}" -q 1 -t "$1" -m "message <$1>"
  mosquitto_pub "${here[@]}" -q 1 -t t/behind -m "behind <$1>"
  for ((i = 0; i < 50; ++i)); do
    if grep -qF "behind <$1>" "$folder/seen"; then break; fi
    sleep 0.1
  done
  grep -F "message <$1>" "$folder/seen" | sed 's/ message.*//' | tr '\n' ' '
}
shows '[t/plain] arrives as' '[t/plain] ' "$(arrives_as t/plain)"
shows '[t/a:b;c] arrives as' '[t/a:b;c] ' "$(arrives_as 't/a:b;c')"
shows '[t/a?b=1&c] arrives as' '[t/a] ' "$(arrives_as 't/a?b=1&c')"
shows '[t/one,t/two] arrives as' '[t/one] [t/two] ' "$(arrives_as t/one,t/two)"
shows '[t/end ] arrives as' '[t/end] ' "$(arrives_as 't/end ')"
((changed == 0))
