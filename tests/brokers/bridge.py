"""The program under test, with settings and state of its own, and HTTP to it."""
import http.client
import json
import os
import re
import signal
import time
import urllib.parse

import processes


class Answer:
    def __init__(self, status, body):
        self.status = status
        self.body = body
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = {}

    def __str__(self):
        code = self.json.get("code", 0) if isinstance(self.json, dict) else 0
        return f"{self.status}/{code}" if code else str(self.status)


class Bridge:
    program = None
    count = 0

    def __init__(self, broker, mqtt="", client_id="bridge", password="secret", wait=True, version=None):
        Bridge.count += 1
        self.folder = os.path.join(broker.folder, f"bridge-{Bridge.count}")
        os.makedirs(self.folder, exist_ok=True)
        self.port = processes.free_port()
        # the tables of will and birth, if any, come last in `mqtt`
        with open(os.path.join(self.folder, "bridge.toml"), "w", encoding="utf-8") as file:
            file.write(f'state_dir = "{self.folder}/state"\n[http]\nport = {self.port}\nmax_body = 20000000\nmax_target = 200000\n'
                       f'max_head = 400000\n[mqtt]\nserver = "127.0.0.1"\nport = {broker.port}\nuser = "bridge"\n'
                       f'password = "{password}"\nclient_id = "{client_id}"\nversion = {version or broker.kind.version}\n'
                       + (mqtt or 'subscribe = ["listen/#"]\n'))
        self.started = time.monotonic()
        self.process = processes.Process([self.program, "--config", os.path.join(self.folder, "bridge.toml")],
                                         os.path.join(self.folder, "log"))
        processes.wait_for(lambda: processes.listens(self.port), 10, "the bridge listens")
        if wait:
            processes.wait_for(self.is_ready, 15, "the bridge is ready")

    def ask(self, method, path, body=b"", seconds=20, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            headers = {name.replace("_", "-"): value for name, value in fields.items()}
            connection.request(method, path, body if method in ("POST", "PUT") else None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def post(self, topic, payload, qos=1, method="POST", query="", **fields):
        if isinstance(payload, str):
            payload = payload.encode()
        return self.ask(method, f"/topics/{urllib.parse.quote(topic, safe='/')}?qos={qos}{query}", payload, **fields)

    def readiness(self):
        return self.ask("GET", "/readyz")

    def is_ready(self):
        return self.readiness().status == 200

    def reasons(self):
        return self.readiness().json.get("reasons", [])

    def lines(self, pattern=""):
        """The lines of its log that match."""
        return [line for line in self.process.output().splitlines() if re.search(pattern, line)]

    def reconnections(self):
        """The number of connections that the session lost."""
        return len(self.lines(r"\] (Connection lost|The broker has not answered)"))

    def stop(self, number=signal.SIGTERM):
        self.process.stop(number)
