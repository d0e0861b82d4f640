"""The broker goes and comes back; the broker freezes."""
import time

import processes
from bridge import Bridge
from witness import Witness
from world import Seen, count_of

LEVELS = [1, 1, 2, 1, 2]


def restart(world):
    """Messages answered 202 while the broker is away are delivered once when it is back, in order. A broker hands a
    message of QoS 2 out when it is released, later than one of QoS 1 that came after it: each QoS has its order (4.6)."""
    broker, bridge = world.broker, Bridge(world.broker, client_id="restart")
    broker.stop()
    processes.wait_for(lambda: not bridge.is_ready(), 10, "the loss is noticed")
    answers = [str(bridge.post(f"r/{number}", "x", qos=qos)) for number, qos in enumerate(LEVELS)]
    bridge.process.freeze()  # until somebody is there to see
    broker.start()
    witness = Witness(broker, "r/#")
    bridge.process.thaw()
    began = time.monotonic()
    wanted = [f"r/{number}" for number, answer in enumerate(answers) if answer == "202"]
    witness.wait("r/.*", 30, len(wanted))
    took = time.monotonic() - began
    time.sleep(1)  # a second one would come by then
    came = [message.topic for message in witness.on("r/.*")]
    bridge.stop()
    witness.stop()
    in_order = all([topic for topic in came if LEVELS[int(topic[2:])] == qos] ==
                   [topic for topic in wanted if LEVELS[int(topic[2:])] == qos] for qos in (1, 2))
    if sorted(set(came)) != wanted:
        text = f"came {' '.join(came) or 'nothing'}"
    elif len(came) > len(wanted):
        text = f"all, {len(came) - len(wanted)} twice"
    else:
        text = "all once, in order" if in_order else f"all once, as {' '.join(came)}"
    return Seen(f"{'202' if set(answers) == {'202'} else ' '.join(answers)}, {text}", f"{took:.1f} s")


def freeze(world):
    """Five seconds of silence on a connection that stays open."""
    broker, bridge, witness = world.broker, Bridge(world.broker, client_id="freeze"), Witness(world.broker, "f/#")
    broker.process.freeze()
    began = time.monotonic()
    first = processes.wait_for(lambda: next((answer for answer in [bridge.post("f/0", "x", qos=0)]
                                             if answer.status != 200), None), 5)
    until_told = time.monotonic() - began
    stored = bridge.post("f/1", "stored")
    until_stored = time.monotonic() - began
    processes.wait_for(lambda: time.monotonic() - began > 5, 6)
    broker.process.thaw()
    began = time.monotonic()
    back = processes.wait_for(bridge.is_ready, 30)
    took = time.monotonic() - began
    arrived = [message for message in witness.wait("f/1", 15)]
    bridge.stop()
    witness.stop()
    return Seen(f"{first.status if first else 200}, {stored}, {'back' if back else 'not back'}, "
                f"{'delivered' if arrived else 'not delivered'}",
                f"{until_told:.1f} s, {until_stored:.1f} s, back after {took:.1f} s, {count_of(arrived)}")
