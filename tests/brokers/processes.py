"""Processes that end with the run, by their ids, and waiting for conditions. Only processes started here are touched."""
import os
import random
import socket
import subprocess
import time
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

WRAPPERS = {"bash", "sh", "chroot.sh", "unshare", "setpriv", "flock"}  # what stands between us and a broker
running = []


def wait_for(condition, seconds, what=None):
    """The first true value of `condition()`; if none comes in time: None, or an error that names `what`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            if what:
                raise TimeoutError(f"{what}: not within {seconds} s")
            return None
        time.sleep(0.02)


def free_port():
    """The first of five free ports in a row: a broker may use some beside its own."""
    while True:
        port = random.randrange(20000, 32000, 10)
        if all(is_free(port + offset) for offset in range(5)):
            return port


def is_free(port):
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def all_processes():
    """(PID, name, parent, session) of all visible processes that have not ended."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as file:
                stat = file.read()
        except OSError:
            continue
        name, rest = stat[stat.index("(") + 1:stat.rindex(")")], stat[stat.rindex(")") + 2:].split()
        if rest[0] != "Z":
            yield int(entry), name, int(rest[1]), int(rest[3])


def children():
    """PID -> (name, its children)."""
    tree = {}
    for pid, name, parent, _ in all_processes():
        tree.setdefault(pid, ["", []])[0] = name
        tree.setdefault(parent, ["", []])[1].append(pid)
    return tree


def of_session(leader):
    """The processes of a session, whichever parent they have by now."""
    return [pid for pid, _, _, session in all_processes() if session == leader]


def with_descendants(pids):
    tree, found = children(), list(pids)
    for pid in found:  # grows as it goes
        found += tree.get(pid, ("", []))[1]
    return found


class Process:
    """A command, its output in a file; in a session of its own, so that Ctrl-C is ours."""

    def __init__(self, command, log, folder=None):
        self.log = log
        with open(log, "ab") as output:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=subprocess.STDOUT, cwd=folder, start_new_session=True)
        running.append(self)

    def programs(self):
        """The ids of the programs that run within the wrappers."""
        tree, found, open_ones = children(), [], [self.child.pid]
        while open_ones:
            pid = open_ones.pop()
            name, below = tree.get(pid, ("", []))
            if name in WRAPPERS:
                open_ones += below
            else:
                found.append(pid)
        return found

    def send(self, number, pids):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def stop(self, number=SIGTERM, patience=20):
        """Asks the program to end, and kills the processes that have not ended in time."""
        if self not in running:
            return
        self.thaw()
        self.send(number, self.programs())
        wait_for(lambda: self.child.poll() is not None, patience)
        # RabbitMQ's script may end before what it has started, and its epmd does not end by itself.
        self.send(number, of_session(self.child.pid))
        if not wait_for(lambda: self.child.poll() is not None and not of_session(self.child.pid), patience / 2):
            self.send(SIGKILL, [*with_descendants([self.child.pid]), *of_session(self.child.pid)])
            self.child.wait()
        running.remove(self)

    def freeze(self):
        """Stops the programs, but not their wrappers: a shell that waits for a program would take its stop for its end."""
        self.send(SIGSTOP, with_descendants(self.programs()))

    def thaw(self):
        self.send(SIGCONT, with_descendants([self.child.pid]))

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()


def end_everything():
    for process in list(reversed(running)):
        process.stop(SIGKILL, 5)
