"""The connection to the broker: version, login, another client with the same id, silence."""
import re
import subprocess
import time

import processes
from bridge import Bridge
from world import Seen


def connect(world):
    """Both connections, with default settings."""
    world.idle = Bridge(world.broker, "keepalive = 10\n" 'subscribe = ["idle/#"]\n', client_id="idle")
    world.bridge = bridge = Bridge(world.broker, wait=False, version=5)
    processes.wait_for(bridge.is_ready, 15, "the bridge is ready")
    took = time.monotonic() - bridge.started
    complaints = len(bridge.lines(r"\[(warning|error)\]"))
    text = "MQTT 5" if bridge.lines("Connecting .* MQTT 5$") and not bridge.lines("MQTT 3.1.1") else "MQTT 3.1.1"
    text += {0: "", 1: ", one warning"}.get(complaints, ", several warnings")
    return Seen(text + (", late" if took > 4 else ""), f"{took:.1f} s")


def websocket(world):
    """One message, larger than a frame or a buffer may be."""
    kind, port = world.broker.kind, world.broker.port + 2
    servers = f'servers = ["ws://127.0.0.1:{port}{kind.websocket}"]\nsubscribe = ["listen/#"]\n'
    bridge = Bridge(world.broker, servers, client_id="framed")
    payload = b"frame" * 40000
    answer = bridge.post("t/framed", payload)
    arrived = world.witness.wait("t/framed")
    bridge.stop()
    whole = arrived and arrived[0].payload == payload
    return Seen(f"{answer}, {'whole' if whole else 'not whole'}")


def wrong_password(world):
    bridge = Bridge(world.broker, password="wrong", client_id="stranger", wait=False)

    def said():
        return [reason for reason in bridge.reasons() if "refuse" in reason or "closed" in reason] \
            if bridge.lines("Bad connection") else None

    reasons = processes.wait_for(said, 20) or bridge.reasons()
    code = re.findall(r"Bad connection\. Code: (-?\d+)", "\n".join(bridge.lines()))
    bridge.stop()
    return Seen(f"{(reasons or ['nothing'])[0].split(': ', 1)[-1]}; Code: {code[-1] if code else 'none'}")


def take_over(world):
    """For twelve seconds another client has the session's id, and comes back when it is thrown out."""
    bridge = Bridge(world.broker, client_id="shared")
    thief = ["timeout", "12", "mosquitto_sub", *world.broker.as_witness("bridge"), "-i", "shared", "-t", "t/thief"]
    subprocess.run(thief, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    lost = bridge.reconnections()
    began = time.monotonic()
    answer = bridge.post("t/taken", "taken", seconds=30)
    back = processes.wait_for(bridge.is_ready, 45)
    took = time.monotonic() - began
    told = "told" if bridge.lines("nother client uses our client id") else "not told"
    arrived = world.witness.with_payload("taken")
    bridge.stop()
    text = f"{told}, {'back' if back else 'not back'}, {'delivered' if arrived else 'not delivered'}"
    return Seen(text + (", more than 6 losses" if lost > 6 else ""), f"{lost} losses, {answer}, {took:.0f} s")


def idle(world):
    """25 s without a message at a keep alive of 10 s."""
    processes.wait_for(lambda: time.monotonic() - world.idle.started > 28, 30)
    losses = world.idle.lines("lost|not answered|Bad")
    answer = world.idle.post("t/idle", "idle", qos=0)
    arrived = world.witness.with_payload("idle")
    world.idle.stop()
    return Seen(f"{'kept' if not losses else 'lost'}, {answer}, {'delivered' if arrived else 'not delivered'}",
                f"{time.monotonic() - world.idle.started:.0f} s")
