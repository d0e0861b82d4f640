#!/usr/bin/env bash
# rabbitmq.sh FOLDER PORT: a RabbitMQ with its MQTT plugins, its data in FOLDER. AMQP is on PORT + 1, MQTT over WebSocket on
# PORT + 2, Erlang's own ports are PORT + 3 (epmd) and PORT + 4. What may be published and read are topic permissions.
set -euo pipefail
cd "$1"
plain() { printf '{"name":"%s","password":"secret","tags":[],"limits":{}}' "$1"; }
may_all() { printf '{"user":"%s","vhost":"/","configure":".*","write":".*","read":".*"}' "$1"; }
cat >definitions.json <<TEXT
{"vhosts":[{"name":"/"}],
 "users":[$(plain bridge),$(plain witness)],
 "permissions":[$(may_all bridge),$(may_all witness)],
 "topic_permissions":[{"user":"bridge","vhost":"/","exchange":"amq.topic",
   "write":"^(?!forbidden[.])","read":"^(?!closed[.])"}]}
TEXT
cat >rabbitmq.conf <<TEXT
listeners.tcp.1 = 127.0.0.1:$(($2 + 1))
mqtt.listeners.tcp.1 = 127.0.0.1:$2
mqtt.allow_anonymous = false
web_mqtt.tcp.ip = 127.0.0.1
web_mqtt.tcp.port = $(($2 + 2))
load_definitions = $1/definitions.json
TEXT
echo '[rabbitmq_mqtt,rabbitmq_web_mqtt].' >enabled_plugins
export HOME=$1 RABBITMQ_NODENAME=bridge@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$(($2 + 1)) \
  RABBITMQ_MNESIA_BASE=$1/data RABBITMQ_LOG_BASE=$1/log RABBITMQ_CONFIG_FILE=$1/rabbitmq.conf \
  RABBITMQ_ENABLED_PLUGINS_FILE=$1/enabled_plugins RABBITMQ_PID_FILE=$1/pid RABBITMQ_GENERATED_CONFIG_DIR=$1/generated \
  RABBITMQ_DIST_PORT=$(($2 + 4)) ERL_EPMD_PORT=$(($2 + 3)) ERL_EPMD_ADDRESS=127.0.0.1 \
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
# Otherwise RabbitMQ would start one that outlives it. It was started here, so it ends with this process group.
epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
exec /usr/lib/rabbitmq/bin/rabbitmq-server
