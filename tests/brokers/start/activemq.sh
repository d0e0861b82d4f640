#!/usr/bin/env bash
# activemq.sh FOLDER PORT: an ActiveMQ with an mqtt:// connector, its data in FOLDER. MQTT's topics are its own, with dots.
set -euo pipefail
cd "$1"
mkdir -p data
# What an entry for all topics allowed would be allowed for those, too, that have an entry of their own.
for_all() {
  printf '<authorizationEntry topic="%s.&gt;" read="all" write="all" admin="all"/>' \
    ActiveMQ t r f open listen idle state ready started
}
cat >activemq.xml <<TEXT
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans-2.0.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" useJmx="false" brokerName="localhost" dataDirectory="$1/data">
    <persistenceAdapter><kahaDB directory="$1/data/kahadb"/></persistenceAdapter>
    <plugins>
      <simpleAuthenticationPlugin><users>
        <authenticationUser username="bridge" password="secret" groups="all"/>
        <authenticationUser username="witness" password="secret" groups="all,more"/>
      </users></simpleAuthenticationPlugin>
      <authorizationPlugin><map><authorizationMap><authorizationEntries>
        $(for_all)
        <authorizationEntry topic="forbidden.&gt;" read="all" write="more" admin="all"/>
        <authorizationEntry topic="closed.&gt;" read="more" write="all" admin="all"/>
      </authorizationEntries></authorizationMap></map></authorizationPlugin>
    </plugins>
    <systemUsage><systemUsage>
      <storeUsage><storeUsage limit="1 gb"/></storeUsage><tempUsage><tempUsage limit="1 gb"/></tempUsage>
    </systemUsage></systemUsage>
    <transportConnectors><transportConnector name="mqtt" uri="mqtt://127.0.0.1:$2"/></transportConnectors>
  </broker>
</beans>
TEXT
cat >log4j.properties <<'TEXT'
log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d %p %m%n
TEXT
opened=()
for package in java.base/java.{security,net,lang,util,util.concurrent,util.concurrent.atomic} java.naming/javax.naming.spi \
  java.rmi/sun.rmi.transport.tcp; do
  opened+=(--add-opens "$package=ALL-UNNAMED")
done
home=/usr/share/activemq
exec java -Xmx512M "${opened[@]}" -Djava.io.tmpdir="$1" -Dlog4j.configuration="file:$1/log4j.properties" \
  -Dactivemq.home=$home -Dactivemq.base="$1" -Dactivemq.conf="$1" -Dactivemq.data="$1/data" \
  -Dactivemq.classpath="$1:/usr/share/java/mqtt-client.jar" -jar $home/bin/activemq.jar start "xbean:file:$1/activemq.xml"
