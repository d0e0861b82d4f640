#!/usr/bin/env bash
# mosquitto.sh FOLDER PORT: a mosquitto with a password file and an access control list, its data in FOLDER.
# MQTT over WebSocket is on PORT + 2.
set -euo pipefail
PATH=$PATH:/usr/sbin
cd "$1"
rm -f passwords # 2.1 overwrites none
mosquitto_passwd -b -c passwords bridge secret
mosquitto_passwd -b passwords witness secret
cat >acl <<'TEXT'
user bridge
topic deny forbidden/#
topic deny closed/#
topic readwrite #
topic readwrite $SYS/#
user witness
topic readwrite #
topic readwrite $SYS/#
TEXT
chmod 700 acl passwords
cat >mosquitto.conf <<TEXT
user root
listener $2 127.0.0.1
listener $(($2 + 2)) 127.0.0.1
protocol websockets
allow_anonymous false
password_file $1/passwords
acl_file $1/acl
TEXT
exec mosquitto -c mosquitto.conf
