"""Topics and filters that the broker forbids to the bridge, and the delay for callers with allowed ones."""
import time

import processes
from bridge import Bridge
from world import Others, Seen, fate


def publish(qos):
    """One message to a forbidden topic, beside another caller."""
    def cell(world):
        bridge = Bridge(world.broker, client_id="forbidden")
        others = Others(bridge, f"t/beside{qos}")
        processes.wait_for(lambda: len(others.answers) > 5, 10)
        began = time.monotonic()
        answer = bridge.post(f"forbidden/{qos}", "forbidden", qos=qos, seconds=30)
        took = time.monotonic() - began
        text = fate(bridge, answer)
        time.sleep(3)  # what is asked again is asked by then
        text += ", delivered" if world.witness.on(f"forbidden/{qos}") else ""
        text += others.end()
        losses = bridge.reconnections()
        text += ", more than 3 reconnections" if losses > 3 else ""
        missing = len(others.answers) - len(world.witness.wait(rf"t/beside{qos}/\d+", 5, len(others.answers)))
        text += f", {missing} of others missing" if missing > 0 else ""
        bridge.stop()
        return Seen(text, f"{took:.1f} s, {losses} reconnections, others at most {others.slowest:.1f} s")

    return cell


def subscribe(world):
    """One filter that is forbidden, beside one that is not, and a caller who publishes."""
    broker = world.broker
    bridge = Bridge(broker, 'subscribe = ["closed/#", "open/#"]\n', client_id="closed", wait=False)
    processes.wait_for(lambda: bridge.lines("The session is up|Connected successfully"), 10)
    others = Others(bridge, "t/listening")
    began = time.monotonic()

    def heard():
        broker.publish("open/x", "heard")
        return bridge.lines("Received message on topic: open/x with payload: heard")

    is_heard = processes.wait_for(heard, 20)
    took = time.monotonic() - began
    named = processes.wait_for(lambda: [reason for reason in bridge.reasons() if "closed/#" in reason], 10)
    time.sleep(3)
    unharmed = others.end() or (", publishing reconnected" if bridge.reconnections() else "")
    losses = len(bridge.lines("Listening: connection lost"))
    blamed = ", another client blamed" if bridge.lines("nother client") else ""
    broker.publish("closed/x", "overheard")
    overheard = ", heard all the same" if processes.wait_for(lambda: bridge.lines("overheard"), 1) else ""
    bridge.stop()
    return Seen(f"{'named' if named else 'not named'}, the other {'heard' if is_heard else 'not heard'}"
                f"{unharmed}{blamed}{overheard}",
                f"{took:.1f} s, {losses} losses, {(named or [''])[0]}")
