"""The rows of the matrix, the result that is expected of every broker, and the brokers that differ, with the reason."""
from brokers import KINDS
from cells import connecting, delivery, forbidden, outages, presence, topics

ROWS = [
    ("connect", connecting.connect, "MQTT 5"),
    ("WebSocket", connecting.websocket, "200, whole"),
    ("QoS 0", delivery.qos(0), "200, delivered once at QoS 0"),
    ("QoS 1", delivery.qos(1), "200, delivered once at QoS 1"),
    ("QoS 2", delivery.qos(2), "200, delivered once at QoS 2"),
    ("retain, clear", delivery.retain, "200 200, kept, cleared"),
    ("properties", delivery.properties, "200, all, in order"),
    *((name, topics.topic(name), "200, as it is") for name in topics.TOPICS),
    ("1 MB", delivery.large(1), "200, whole"),
    ("15 MB", delivery.large(15), "200, whole"),
    ("forbidden topic, QoS 0", forbidden.publish(0), "200"),
    ("forbidden topic, QoS 1", forbidden.publish(1), "403/135"),
    ("forbidden filter", forbidden.subscribe, "named, the other heard"),
    ("wrong password", connecting.wrong_password,
     "the broker refuses the connection, reason code 135 (not authorized); Code: 135"),
    ("client id taken over", connecting.take_over, "told, back, delivered"),
    ("birth, farewell, will", presence.will, "SIGTERM: here gone; kill -9: here gone"),
    ("idle, keepalive 10", connecting.idle, "kept, 200, delivered"),
    ("frozen for 5 s", outages.freeze, "503, 202, back, delivered"),
    ("restarted", outages.restart, "202, all once, in order"),
]

# (row, broker): cells that are left out, and why
NOT_TRIED = {
    ("65,535 bytes", "activemq"): "its store keeps names of fewer bytes",
    **{("WebSocket", key): "not without more packages" for key, kind in KINDS.items() if not kind.websocket},
}

MOSQUITTO = "mosquitto mosquitto-trixie mosquitto-testing"
RABBITMQ_4 = "rabbitmq-trixie rabbitmq-testing"
RABBITMQ = f"rabbitmq {RABBITMQ_4}"
REFUSED = "the broker refuses the connection, reason code "

# (row, brokers, the result expected of them, why)
DIFFERENCES = [
    ("connect", "rabbitmq activemq", "MQTT 3.1.1, one warning", "it closes the connection on a CONNECT of MQTT 5"),
    ("connect", "aedes", "MQTT 3.1.1, one warning", "it refuses MQTT 5"),
    ("connect", "mosca", "MQTT 3.1.1, several warnings, late",
     "it leaves a CONNECT of MQTT 5 unanswered: two time-outs each, of session and listener, until 3.1.1 is tried"),
    ("QoS 0", "mosca", "200, delivered once at QoS 1", "it delivers QoS 0 with the subscriber's QoS, at most 1"),
    ("QoS 2", "rabbitmq", "200, delivered once at QoS 1", "it takes QoS 2 for QoS 1, and answers PUBACK"),
    ("QoS 2", RABBITMQ_4, "502/155, not delivered", "its CONNACK says Maximum QoS 1"),
    ("QoS 2", "mosca", "202, waits on, delivered once at QoS 1", "it acknowledges no message of QoS 2"),
    ("retain, clear", RABBITMQ, "200 200, kept but not for wildcards, cleared",
     "a new subscription is given a retained message for its exact topic only"),
    ("retain, clear", "mosca", "200 200, not kept, cleared", "without a store of its own it keeps nothing"),
    ("properties", "rabbitmq activemq aedes mosca", "200, none", "MQTT 3.1.1 has none"),
    ("properties", "aedes2", "200, user properties b:1 b:3 a:2 a:4", "it groups them by name"),
    ("`t/a.b/c.d`", RABBITMQ, "200, as `t/a/b/c/d`", "a dot separates levels in AMQP"),
    ("`t/*/x`", RABBITMQ, "200, as `t/+/x`", "* is AMQP's +"),
    ("`t/a?b=1&c`", "activemq", "200, as `t/a`", "what follows ? are options of a destination"),
    ("`t/a,t/b`", "activemq", "200, as `t/a` and `t/b`", "a comma separates destinations"),
    ("a blank at the end", "activemq", "200, as `t/blank`", "it cuts blanks off"),
    ("101 levels", "aedes aedes2", "502/131, not delivered", "it closes the connection at more than 100 levels"),
    ("150 levels", "aedes aedes2", "502/131, not delivered", "it closes the connection at more than 100 levels"),
    ("15 MB", "mosquitto-testing", "413/149, not delivered", "its CONNACK says Maximum Packet Size 2,000,000"),
    ("forbidden topic, QoS 1", f"{RABBITMQ} aedes mosca", "502/131", "it closes the connection without a word"),
    ("forbidden topic, QoS 1", "ejabberd", "502/144", "it says Topic Name invalid"),
    ("forbidden topic, QoS 1", "activemq", "200", "it acknowledges the message and drops it"),
    ("forbidden filter", MOSQUITTO, "not named, the other heard",
     "an acl_file refuses no subscription: it is granted, and nothing comes"),
    ("wrong password", "rabbitmq", f"{REFUSED}4 (bad user name or password); Code: 4", "MQTT 3.1.1"),
    ("wrong password", RABBITMQ_4, f"{REFUSED}134 (bad user name or password); Code: 134", "after three seconds"),
    ("wrong password", "activemq aedes mosca", f"{REFUSED}5 (not authorized); Code: 5", "MQTT 3.1.1"),
    ("restarted", RABBITMQ_4, "202 202 502/155 202 502/155, all once, in order",
     "QoS 2 is refused while it is away, too: it has said Maximum QoS 1"),
]

DIFFERENT = {(row, key): (text, why) for row, keys, text, why in DIFFERENCES for key in keys.split()}
