"""An independent subscriber: mosquitto_sub, which prints the messages that the broker delivers."""
import dataclasses
import os
import re
import time

import processes

FORMAT = "%t\t%q\t%r\t%C\t%E\t%R\t%P\t%x"


@dataclasses.dataclass
class Message:
    topic: str
    qos: int
    retained: bool
    content_type: str
    expiry: str
    response_topic: str
    user_properties: list  # "name:value", in the order they came in
    payload: bytes
    arrived: float


def message_of(line):
    topic, qos, retain, content_type, expiry, response_topic, properties, payload = line.split("\t")
    return Message(topic, int(qos), retain == "1", content_type, expiry, response_topic, properties.split(),
                   bytes.fromhex(payload), time.monotonic())


class Witness:
    """Records all messages on `filters` from its start on."""
    count = 0

    def __init__(self, broker, *filters, ready=True):
        Witness.count += 1
        self.broker = broker
        self.messages = []
        self.offset = 0
        log = os.path.join(broker.folder, f"witness-{Witness.count}")
        options = ["--retain-as-published"] if broker.kind.witness == "5" else []
        chosen = [word for name in ("ready/#", *filters) for word in ("-t", name)]
        self.process = processes.Process(["mosquitto_sub", *broker.as_witness(), "-i", f"witness{Witness.count}", "-q", "2",
                                          *options, *chosen, "-F", FORMAT], log)
        if ready:
            processes.wait_for(self.is_ready, 30, "the witness is subscribed")

    def is_ready(self):
        self.broker.publish("ready/now", "")
        return any(message.topic == "ready/now" for message in self.seen())

    def seen(self):
        with open(self.process.log, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.decode("utf-8", "surrogateescape").splitlines():
            if line.count("\t") == 7:
                self.messages.append(message_of(line))
        return self.messages

    def on(self, pattern):
        """Messages whose topic matches, in the order they came."""
        return [message for message in self.seen() if re.fullmatch(pattern, message.topic, re.S)]

    def wait(self, pattern, seconds=5, count=1):
        """The messages that match `pattern`, once there are `count`, or the time is over."""
        processes.wait_for(lambda: len(self.on(pattern)) >= count, seconds)
        return self.on(pattern)

    def with_payload(self, payload, seconds=5, count=1):
        """Messages with this payload, under any topic, once there are `count`, or the time is over."""
        data = payload.encode()
        processes.wait_for(lambda: sum(message.payload == data for message in self.seen()) >= count, seconds)
        return [message for message in self.messages if message.payload == data]

    def stop(self):
        self.process.stop()
