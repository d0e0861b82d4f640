"""The rows of the matrix, what is expected of every broker, and where one differs, why."""
from cells import connecting, delivery, forbidden, outages, presence, topics

ROWS = [
    ("connect", connecting.connect, "MQTT 5"),
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

# (row, broker): what is not asked of it, and why
NOT_TRIED = {
    ("65,535 bytes", "activemq"): "its store keeps names of fewer bytes",
}

# (row, broker): (what is expected, why)
DIFFERENT = {}
