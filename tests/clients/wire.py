"""Passes connections on to PORT and prints what comes from the client, to the byte. Prints its own port first."""
import socket
import sys
import threading

target = ("127.0.0.1", int(sys.argv[1]))
lock = threading.Lock()
count = 0


def say(text):
    with lock:
        print(text, flush=True)


def shown(data):
    text = data[:1200].decode("latin-1").encode("unicode_escape").decode()
    return text.replace("\\r\\n", "\n      ") + (f" … {len(data)} bytes" if len(data) > 1200 else "")


def pump(source, sink, label):
    try:
        while data := source.recv(65536):
            if label:
                say(f"  [{label}] {shown(data)}")
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            end.close()


server = socket.create_server(("127.0.0.1", 0))
say(server.getsockname()[1])
while True:
    client, _ = server.accept()
    count += 1
    bridge = socket.create_connection(target)
    for sock in (client, bridge):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=pump, args=(client, bridge, count), daemon=True).start()
    threading.Thread(target=pump, args=(bridge, client, None), daemon=True).start()
