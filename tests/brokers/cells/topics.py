"""Topic Names that are valid and that some brokers do not expect."""
import json

from bridge import Bridge
from world import Seen, fate

TOPICS = {
    "`t/a.b/c.d`": "t/a.b/c.d",
    "`t/*/x`": "t/*/x",
    "`t/a?b=1&c`": "t/a?b=1&c",
    "`t/a,t/b`": "t/a,t/b",
    "a blank at the end": "t/blank ",
    "empty levels": "t//x/",
    "101 levels": "t" + "/l" * 100,
    "150 levels": "t" + "/l" * 149,
    "60,000 bytes": "t/" + "x" * 59998,
    "65,535 bytes": "t/" + "x" * 65533,
}


def topic(name):
    def cell(world):
        payload = f"topic {name}"
        message = {"topic": TOPICS[name], "payload": payload, "qos": 1}
        # one of its own: the topic may cost the connection
        bridge = Bridge(world.broker, "subscribe = []\n", client_id="topics")
        text = fate(bridge, bridge.ask("POST", "/publish", json.dumps(message), seconds=30))
        arrived = world.witness.with_payload(payload, 3 if text.startswith("2") else 0.5)
        if arrived and "," in TOPICS[name]:  # ActiveMQ makes two of it, which do not come together
            arrived = world.witness.with_payload(payload, 1, 2)
        losses = bridge.reconnections()
        bridge.stop()
        note = f"{losses} reconnections" if losses else ""
        text += ", more than 3 reconnections" if losses > 3 else ""
        if not arrived:
            return Seen(f"{text}, not delivered", note)
        got = [message.topic for message in arrived]
        if got == [TOPICS[name]]:
            return Seen(f"{text}, as it is", note)
        return Seen(f"{text}, as " + " and ".join(f"`{topic[:50]}`" for topic in got), note)

    return cell
