"""Birth, farewell and Will: messages about the bridge itself."""
import signal

from bridge import Bridge
from witness import Witness
from world import Seen

TABLES = ('subscribe = []\n[mqtt.will]\ntopic = "state/{client_id}"\npayload = "gone"\n'
          '[mqtt.birth]\ntopic = "state/{client_id}"\npayload = "here"\n')


def life(world, name, number):
    """The messages of a bridge that is started and ended."""
    witness = Witness(world.broker, f"state/{name}")
    bridge = Bridge(world.broker, TABLES, client_id=name)
    witness.wait(f"state/{name}", 5)
    bridge.stop(number)
    seen = witness.wait(f"state/{name}", 8, 2)
    witness.stop()
    return " ".join(message.payload.decode() for message in seen)


def will(world):
    return Seen(f"SIGTERM: {life(world, 'stopped', signal.SIGTERM)}; kill -9: {life(world, 'killed', signal.SIGKILL)}")
