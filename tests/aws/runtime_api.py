"""Lambda's Runtime API as a function's real binary polls it, so that starts and invocations can be timed.

Docs: "Using the Lambda runtime API for custom runtimes". One process at a time, one event at a time, as on Lambda.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VERSION = "/2018-06-01/runtime"
TIMEOUT = 30


class FunctionFailed(Exception):
    """The function reported an error, or ended."""


class RuntimeApi:
    """`with RuntimeApi() as api: api.start(binary, environment); api.invoke(event)`."""

    def __enter__(self) -> RuntimeApi:
        self.events: queue.Queue = queue.Queue()
        self.answers: queue.Queue = queue.Queue()
        self.polled = threading.Event()
        self.first_poll = 0.0
        self.process: subprocess.Popen | None = None
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def do_GET(self):
                api.poll(self)

            def do_POST(self):
                at = time.perf_counter()
                length = int(self.headers.get("content-length") or 0)
                api.answered(self.path, read_chunks(self.rfile) if "chunked" in self.headers.get("transfer-encoding", "") else self.rfile.read(length), at)
                reply(self, 202, b"{}")

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        self.server.shutdown()
        self.server.server_close()

    # --- the process ------------------------------------------------------------------------------------------
    def start(self, binary: Path, environment: dict[str, str], runner: list[str] | None = None) -> float:
        """Milliseconds from starting the process to its first poll for an event."""
        self.stop()
        self.polled.clear()
        environment = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
                       "AWS_LAMBDA_FUNCTION_NAME": binary.parent.name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                       "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_LOG_STREAM_NAME": "-", "_HANDLER": "bootstrap"}
        begun = time.perf_counter()
        # No pipe: a function that logs more than a pipe holds would wait for ever.
        self.process = subprocess.Popen([*(runner or []), binary], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while not self.polled.wait(0.2):
            if self.process.poll() is not None or time.perf_counter() > begun + TIMEOUT:
                raise FunctionFailed(f"{binary} did not poll the Runtime API (exit code {self.process.poll()}).")
        return (self.first_poll - begun) * 1e3

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def memory(self) -> tuple[float, float]:
        """Resident now and at most so far, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        field = lambda name: int(status.split(name)[1].split()[0]) / 1024  # noqa: E731
        return field("VmRSS:"), field("VmHWM:")

    def cpu(self) -> float:
        """Milliseconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")

    # --- events -----------------------------------------------------------------------------------------------
    def invoke(self, event: dict) -> tuple[dict, float]:
        """The answer, and the milliseconds from handing the event out to having the answer."""
        # The function polls again only after its last answer: one it left behind is no answer to this event.
        while not self.answers.empty():
            self.answers.get()
        self.events.put(json.dumps(event).encode())
        try:
            path, body, begun, at = self.answers.get(timeout=TIMEOUT)
        except queue.Empty:
            raise FunctionFailed(f"No answer within {TIMEOUT} s.") from None
        if path.endswith("/error"):
            raise FunctionFailed(body.decode(errors="replace"))
        return json.loads(body), (at - begun) * 1e3

    def poll(self, handler: BaseHTTPRequestHandler) -> None:
        if not self.polled.is_set():
            self.first_poll = time.perf_counter()
            self.polled.set()
        process = self.process
        while True:
            try:
                event = self.events.get(timeout=0.5)
                break
            except queue.Empty:
                if process is None or process.poll() is not None:
                    handler.close_connection = True
                    return
        request = str(uuid.uuid4())
        self.handed = time.perf_counter()
        reply(handler, 200, event, {
            "Lambda-Runtime-Aws-Request-Id": request,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + TIMEOUT) * 1e3)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:measured",
        })

    def answered(self, path: str, body: bytes, at: float) -> None:
        self.answers.put((path, body, getattr(self, "handed", at), at))


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    handler.send_response(status)
    for name, value in {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def read_chunks(stream) -> bytes:
    body = b""
    while size := int(stream.readline().split(b";")[0], 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body
