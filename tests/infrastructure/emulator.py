"""The AWS emulator for these tests, on a port of its own, with signatures checked; and running the tools on it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stack

ACCESS_KEY, SECRET_KEY = "AKIAOPERATOR00000001", "an-operators-secret-key"
REGION = "eu-central-1"


class Emulator:
    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory(prefix="darkslide-infrastructure-")
        self.address = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ, "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "TMPDIR": self.folder.name,
        }
        self.log = open(Path(self.folder.name) / "emulator.log", "w+")
        program = Path(sys.executable).with_name("ministack")
        self.process = subprocess.Popen([program], env=environment, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder.name)
        deadline = time.time() + 30
        while time.time() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.log.seek(0)
        raise RuntimeError(f"the emulator did not start:\n{self.log.read()[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DARKSLIDE_"))}
        return {
            **kept, "AWS_ENDPOINT_URL": self.address, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_EC2_METADATA_DISABLED": "true", **more,
        }

    def client(self, service: str):
        import boto3
        from botocore.config import Config

        return boto3.client(
            service, endpoint_url=self.address, region_name=REGION, aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY, config=Config(s3={"addressing_style": "path"}),
        )

    def tool(self, name: str, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess:
        """A tool as the operator calls it. `path` goes before the others, for stand-ins."""
        environment = self.environment()
        if path:
            environment["PATH"] = f"{path}:{environment['PATH']}"
        command = [sys.executable, str(stack.ROOT / "infrastructure" / name), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
