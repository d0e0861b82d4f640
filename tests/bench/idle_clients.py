"""Keep-alive clients that say nothing: PORT COUNT.

Each asks once, so that the server knows it; then "ready" is printed, and after a line on stdin how many of the
connections the server has kept.
"""

import socket
import sys

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(REQUEST)
    if not client.recv(65536).startswith(b"HTTP/1.1 "):
        sys.exit("an idle client got no answer")
    client.setblocking(False)
    return client


def is_open(client):
    try:
        return client.recv(65536) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


port, count = int(sys.argv[1]), int(sys.argv[2])
clients = [connect(port) for _ in range(count)]
print("ready", flush=True)
sys.stdin.readline()
print(sum(map(is_open, clients)), flush=True)
