"""The brokers: their programs, their sources, and how each is started, stopped and frozen."""
import dataclasses
import os
import shutil
import subprocess

import processes

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(TREE, "build", "brokers")


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str  # in the matrix, without the version
    script: str  # in start/
    source: str  # a Debian suite, or "npm"
    packages: tuple  # the first is the broker
    witness: str = "5"  # the MQTT version of mosquitto_sub beside it
    websocket: str = ""  # its path, on the port two above
    version: int = 5  # mqtt.version that a user would set, for all cells but the first


KINDS = {
    "mosquitto": Kind("mosquitto", "mosquitto.sh", "bookworm", ("mosquitto",), websocket="/mqtt"),
    "rabbitmq": Kind("RabbitMQ", "rabbitmq.sh", "bookworm", ("rabbitmq-server",), "311", "/ws"),
    "ejabberd": Kind("ejabberd", "ejabberd.sh", "bookworm", ("ejabberd",), websocket="/mqtt"),
    "activemq": Kind("ActiveMQ", "activemq.sh", "bookworm", ("activemq", "libmqtt-client-java"), "311"),
    "aedes": Kind("aedes", "aedes.mjs", "npm", ("aedes@1.2.0",), "311"),
    "aedes2": Kind("aedes", "aedes.mjs", "npm", ("aedes@2.0.0-beta.1",)),
    # with a newer jsonschema it does not start on Node.js 20
    "mosca": Kind("mosca", "mosca.cjs", "npm", ("mosca@2.8.3", "jsonschema@1.2.4"), "311", version=3),
    "mosquitto-trixie": Kind("mosquitto", "mosquitto.sh", "trixie", ("mosquitto",), websocket="/mqtt"),
    "rabbitmq-trixie": Kind("RabbitMQ", "rabbitmq.sh", "trixie", ("rabbitmq-server",), websocket="/ws"),
    "mosquitto-testing": Kind("mosquitto", "mosquitto.sh", "testing", ("mosquitto",), websocket="/mqtt"),
    "rabbitmq-testing": Kind("RabbitMQ", "rabbitmq.sh", "testing", ("rabbitmq-server",), websocket="/ws"),
}


def suite_of_this_machine():
    with open("/etc/os-release", encoding="utf-8") as file:
        return dict(line.rstrip().split("=", 1) for line in file if "=" in line).get("VERSION_CODENAME")


class Broker:
    """One broker of a kind on a port of loopback, with data of its own. Users `bridge` and `witness`, password `secret`:
    `bridge` may neither publish to forbidden/# nor subscribe to closed/#."""

    def __init__(self, key):
        self.kind = KINDS[key]
        self.port = processes.free_port()
        self.process = None
        is_here = self.kind.source in ("npm", suite_of_this_machine())
        self.chroot = None if is_here else self.kind.source
        # a path below build in a chroot is build/on-SUITE here
        build = os.path.join(TREE, "build", f"on-{self.chroot}") if self.chroot else os.path.join(TREE, "build")
        self.folder = os.path.join(build, "brokers", key)
        self.inside = os.path.join("/src/build/brokers", key) if self.chroot else self.folder
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)

    def within(self, *command):
        """`command`, to run where the broker runs: in its chroot or here."""
        return [os.path.join(TREE, "packaging", "chroot.sh"), self.chroot, *command] if self.chroot else list(command)

    def install(self):
        if self.kind.source == "npm":
            self.modules = os.path.join(WORK, "npm", self.kind.packages[0])
            if not os.path.isdir(os.path.join(self.modules, "node_modules")):
                os.makedirs(self.modules, exist_ok=True)
                run(["npm", "install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix", self.modules,
                     *self.kind.packages])
            shutil.copy(os.path.join(HERE, "start", self.kind.script), self.modules)
            self.version = self.kind.packages[0].split("@")[1]
            return
        run(self.within("bash", "tests/brokers/install.sh", *self.kind.packages))
        version = run(self.within("dpkg-query", "-W", "-f", "${Version}\n", self.kind.packages[0]))
        self.version = version.split()[-1].split("-")[0].split("+")[0]

    def start(self):
        if self.kind.source == "npm":
            command = ["node", os.path.join(self.modules, self.kind.script), str(self.port)]
        else:
            command = self.within("bash", f"tests/brokers/start/{self.kind.script}", self.inside, str(self.port))
        self.process = processes.Process(command, os.path.join(self.folder, "said"), TREE)
        processes.wait_for(self.answers, 180, f"{self.kind.name} {self.version} answers")

    def answers(self):
        """True if a user with all rights is let in, by the version of MQTT that the witness speaks."""
        if self.process.child.poll() is not None:
            raise OSError(f"it has ended: {self.process.output()[-1000:]}")
        return processes.listens(self.port) and self.publish("started", "x", "-q", "1") == 0

    def publish(self, topic, payload, *options):
        """Publishes by mosquitto_pub, as the witness; returns its exit status."""
        return subprocess.run(["timeout", "5", "mosquitto_pub", *self.as_witness(), "-t", topic, "-m", payload, *options],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode

    def as_witness(self, user="witness"):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-V", self.kind.witness, "-u", user, "-P", "secret"]

    def stop(self):
        self.process.stop()


def run(command):
    """The output of a command; if it fails, an error shows all of it."""
    done = subprocess.run(command, cwd=TREE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=600)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout
