"""AWS's interfaces as a recording: the first time a request is passed to the emulator, then its answer is given again
from memory. So a function is timed without the time an emulator needs, which says nothing about AWS.

Requests that differ each time (a new random id, the time) get the last answer to a request of the same kind; a read
that was never seen goes to the emulator and is counted, so that a figure made of such reads is found out.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from emulator import Emulator
from runtime_api import reply
from units import units

READS = ("GetItem", "Query", "BatchGetItem", "GetParameters")
# Between function and client; a proxy says its own.
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "date", "server", "keep-alive"}


class Replay:
    def __init__(self, emulator: Emulator):
        self.emulator = emulator
        self.exact: dict[tuple, tuple] = {}
        self.alike: dict[str, tuple] = {}
        self.asked: Counter = Counter()
        self.passed: Counter = Counter()
        # Read units of DynamoDB.
        self.read = 0.0
        self.lock = threading.Lock()

    def __enter__(self) -> Replay:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, headers, answer = replay.answer(self, body)
                reply(self, status, answer, headers)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.emulator.cert, self.emulator.key)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"https://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple:
        target = request.headers.get("x-amz-target", "")
        operation = target.rpartition(".")[2]
        key = (target, self.stable(body))
        with self.lock:
            self.asked[operation] += 1
            found = self.exact.get(key) or (None if operation in READS else self.alike.get(operation))
        if found:
            self.charge(operation, body, found)
            return found
        link = http.client.HTTPSConnection("127.0.0.1", self.emulator.port, timeout=30,
                                           context=ssl.create_default_context(cafile=str(self.emulator.cert)))
        # As it came, the host header too: it is signed.
        link.putrequest("POST", request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            link.putheader(name, value)
        link.endheaders(body)
        answer = link.getresponse()
        content = answer.read()
        headers = {n: v for n, v in answer.getheaders() if n.lower() not in HOP_BY_HOP}
        link.close()
        found = (answer.status, headers, content)
        self.charge(operation, body, found)
        with self.lock:
            self.passed[operation] += 1
            if answer.status == 200:
                self.exact[key] = self.alike[operation] = found
        return found

    def charge(self, operation: str, body: bytes, found: tuple) -> None:
        status, _, content = found
        if status == 200:
            read = units(operation, body, content)
            with self.lock:
                self.read += read

    @staticmethod
    def stable(body: bytes) -> str:
        try:
            return json.dumps(json.loads(body), sort_keys=True)
        except ValueError:
            return body.decode(errors="replace")

    def forget_counts(self) -> None:
        with self.lock:
            self.asked.clear()
            self.passed.clear()
            self.read = 0.0
