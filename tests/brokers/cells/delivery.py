"""The delivery of a message: Quality of Service, retain, properties, size."""
import json
import time

from witness import Witness
from world import Seen, count_of, fate


def qos(level):
    def cell(world):
        answer = fate(world.bridge, world.bridge.post(f"t/qos{level}", f"qos {level}", qos=level), 20)
        arrived = world.witness.with_payload(f"qos {level}", 3 if answer.startswith("2") else 1)
        return Seen(f"{answer}, {count_of(arrived)}" + (f" at QoS {arrived[0].qos}" if arrived else ""))

    return cell


def kept(broker, name):
    """The retained message as a new subscription gets it, and its retain flag."""
    witness = Witness(broker, name)
    arrived = witness.wait("t/kept", 1)
    witness.stop()
    return (arrived[0].payload, arrived[0].retained) if arrived else None


def retain(world):
    answer = world.bridge.post("t/kept", "kept", method="PUT")
    exact, wildcard = kept(world.broker, "t/kept"), kept(world.broker, "t/#")
    cleared = world.bridge.post("t/kept", b"", method="DELETE")
    rest = kept(world.broker, "t/kept")
    text = f"{answer} {cleared}, {'kept' if exact else 'not kept'}"
    text += "" if wildcard or not exact else " but not for wildcards"
    text += "" if not exact or exact[1] else " without the mark"
    return Seen(text + (", cleared" if not rest else ", still there"))


def properties(world):
    pairs = [["b", "1"], ["a", "2"], ["b", "3"], ["a", "4"]]
    answer = world.bridge.ask("POST", "/publish", json.dumps({
        "topic": "t/properties", "payload": "properties", "qos": 1, "properties": {
            "content_type": "text/plain", "message_expiry_interval": 60, "response_topic": "t/answer",
            "user_properties": pairs}}))
    arrived = world.witness.with_payload("properties")
    if not arrived:
        return Seen(f"{answer}, not delivered")
    if world.broker.kind.witness == "311":
        return Seen(f"{answer}, none")
    seen, wanted = arrived[0], [":".join(pair) for pair in pairs]
    faults = []
    if seen.content_type != "text/plain":
        faults.append(f"content type {seen.content_type or 'missing'}")
    if not seen.expiry.isdigit() or not 50 <= int(seen.expiry) <= 60:
        faults.append(f"expiry {seen.expiry or 'missing'}")
    if seen.response_topic != "t/answer":
        faults.append(f"response topic {seen.response_topic or 'missing'}")
    if seen.user_properties != wanted:
        faults.append(f"user properties {' '.join(seen.user_properties)}")
    return Seen(f"{answer}, " + (", ".join(faults) or "all, in order"))


def large(megabytes):
    def cell(world):
        payload = bytes(range(256)) * (megabytes * 1000 * 1000 // 256)
        began = time.monotonic()
        answer = world.bridge.post(f"t/large{megabytes}", payload, seconds=30)
        took = time.monotonic() - began
        text = fate(world.bridge, answer, 30)
        arrived = world.witness.wait(f"t/large{megabytes}", 10 if text.startswith("2") else 1)
        if arrived:
            text += ", whole" if arrived[0].payload == payload else f", {len(arrived[0].payload)} bytes arrived"
        else:
            text += ", not delivered"
        return Seen(text, f"{took:.2f} s" if arrived else "")

    return cell
