#!/usr/bin/env bash
# ejabberd.sh FOLDER PORT: an ejabberd whose mod_mqtt listens on PORT and, by WebSocket, on PORT + 2, its data in FOLDER. It is
# run without Erlang's distribution, so that no epmd is left behind; its users are registered once it is up.
set -euo pipefail
cd "$1"
# A rule for "#" would hold for what the others name, too, and what no rule names is forbidden.
for_all() { printf ', "%s/#": to_all' t r f open listen idle state ready started; }
cat >ejabberd.yml <<TEXT
hosts: [localhost]
loglevel: info
auth_method: [internal]
listen:
  - {port: $2, ip: "127.0.0.1", module: mod_mqtt, backlog: 1000}
  - {port: $(($2 + 2)), ip: "127.0.0.1", module: ejabberd_http, request_handlers: {/mqtt: mod_mqtt}}
acl:
  witness: {user: witness@localhost}
access_rules:
  to_all: [allow: all]
  to_witness: [allow: witness]
modules:
  mod_mqtt:
    access_publish: {"forbidden/#": to_witness$(for_all)}
    access_subscribe: {"closed/#": to_witness$(for_all)}
TEXT
export HOME=$1 EJABBERD_CONFIG_PATH=$1/ejabberd.yml ERL_CRASH_DUMP=/dev/null
folders=(/usr/lib/*-linux-gnu/ejabberd-*/ebin) # in Debian, Erlang's libraries stand beside it
export ERL_LIBS=${folders[0]%/ejabberd-*}
exec erl -noinput -mnesia dir "\"$1/data\"" -ejabberd log_path "\"$1/ejabberd.log\"" -s ejabberd -eval '
  [ok = ejabberd_auth:try_register(User, <<"localhost">>, <<"secret">>) || User <- [<<"bridge">>, <<"witness">>],
   not ejabberd_auth:user_exists(User, <<"localhost">>)].'
