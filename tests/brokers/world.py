"""The parameters and the result of a cell of the matrix."""
import dataclasses
import threading
import time

import processes


@dataclasses.dataclass(frozen=True)
class Seen:
    """`text` is compared with the expected result; `note`, with times and numbers, is only shown."""
    text: str
    note: str = ""


@dataclasses.dataclass
class World:
    broker: object
    witness: object  # sees t/#, from the beginning
    bridge: object = None  # connected, with default settings; made by the first cell
    idle: object = None  # connected with a keep alive of 10 s, and left alone


def count_of(messages):
    return {0: "not delivered", 1: "delivered once"}.get(len(messages), f"delivered {len(messages)} times")


def outbox_is_empty(bridge):
    return bridge.ask("GET", "/outbox").json.get("messages") == 0


def fate(bridge, answer, seconds=60):
    """The answer; after a 202 also the fate of the message: dead letter, or still waiting."""
    if answer.status != 202:
        return str(answer)
    identity = answer.json["id"]

    def ended():
        dead = bridge.ask("GET", "/outbox/dead?limit=100").json.get("messages", [])
        if any(letter.get("id") == identity for letter in dead):
            return "202, dead letter"
        return "202" if outbox_is_empty(bridge) else None

    return processes.wait_for(ended, seconds) or "202, waits on"


class Others:
    """Another caller, who posts at QoS 1 all the while, each time to another topic."""

    def __init__(self, bridge, topic):
        self.bridge, self.topic = bridge, topic
        self.answers, self.slowest, self.running = [], 0.0, True
        self.thread = threading.Thread(target=self.go_on, daemon=True)
        self.thread.start()

    def go_on(self):
        while self.running:
            began = time.monotonic()
            try:
                self.answers.append(str(self.bridge.post(f"{self.topic}/{len(self.answers)}", "x", seconds=30)))
            except OSError as error:
                self.answers.append(type(error).__name__)
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.02)

    def end(self):
        """The answers that were not 200 or came late, in words; empty if there were none."""
        self.running = False
        self.thread.join()
        others = sorted(set(self.answers) - {"200"})
        return (f", others {' '.join(others)}" if others else "") + (", others late" if self.slowest > 2 else "")
