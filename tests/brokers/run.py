"""Real brokers behind the real program: run.py BRIDGE [NAME…]

Puts each broker behind a bridge of its own, plays the rows of expected.py, and prints what was seen as Markdown. A cell
that is not as expected of that broker fails the run. Each broker has LIMIT seconds.
"""
import signal
import sys
import time
import traceback

import processes
from bridge import Bridge
from brokers import KINDS, Broker
from expected import DIFFERENT, NOT_TRIED, ROWS
from matrix import show
from witness import Witness
from world import Seen, World

LIMIT = 420  # s


def out_of_time(*_):
    raise TimeoutError(f"the broker took longer than {LIMIT} s")


def column(key):
    """The results of one broker, row by row, and its version."""
    broker = Broker(key)
    broker.install()
    print(f"== {broker.kind.name} {broker.version} ({broker.kind.source})", flush=True)
    signal.alarm(LIMIT)
    seen = {}
    try:
        broker.start()
        world = World(broker, Witness(broker, "t/#", "forbidden/#"))
        for row, cell, _ in ROWS:
            if (row, key) in NOT_TRIED:
                continue
            began = time.monotonic()
            seen[row] = attempt(cell, world)
            judge(key, row, seen[row], time.monotonic() - began)
            if world.bridge is None:
                break
    except (OSError, TimeoutError) as error:
        print(f"FAILED {key}: {error}", flush=True)
    finally:
        signal.alarm(0)
        processes.end_everything()
    return broker, seen


def attempt(cell, world):
    try:
        return cell(world)
    except (TimeoutError, OSError, ValueError, LookupError) as error:
        if "took longer" in str(error):
            raise
        return Seen(f"{type(error).__name__}: {error}", traceback.format_exc(limit=-2))


def expectation(key, row):
    if (row, key) in DIFFERENT:
        return DIFFERENT[row, key][0]
    return next(text for name, _, text in ROWS if name == row)


def judge(key, row, seen, seconds):
    wanted = expectation(key, row)
    verdict = "ok    " if seen.text == wanted else "FAILED"
    print(f"{verdict} {row}: {seen.text} [{seen.note}] {seconds:.1f} s", flush=True)
    if seen.text != wanted:
        print(f"       expected: {wanted}", flush=True)


def main():
    Bridge.program = sys.argv[1]
    names = sys.argv[2:] or list(KINDS)
    if unknown := set(names) - set(KINDS):
        sys.exit(f"brokers: there is no {' '.join(sorted(unknown))}; there are {' '.join(KINDS)}")
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    columns = {}
    try:
        for name in names:
            columns[name] = column(name)
    finally:
        processes.end_everything()
    show(columns)
    cells = [(key, row) for key in columns for row, _, _ in ROWS if (row, key) not in NOT_TRIED]
    failed = [(key, row) for key, row in cells
              if row not in columns[key][1] or columns[key][1][row].text != expectation(key, row)]
    print(f"\n{len(cells) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
