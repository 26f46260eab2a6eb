#!/usr/bin/env python3
"""Starts the AWS emulator on a free port of this machine, over TLS, with signatures and policies enforced.

Used by tests/aws/run.py, and alone: `emulator.py COMMAND…` runs a command with the environment it needs
(DARKSLIDE_AWS_ENDPOINT and the usual AWS variables) and ends the emulator afterwards.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REGION = "us-east-1"
# The emulator takes these as the account's own; they open nothing anywhere else.
ACCESS_KEY, SECRET_KEY = "AKIADARKSLIDETESTS00", "only-for-the-emulator"
STARTS_WITHIN = 30


class Failure(Exception):
    """What went wrong, and what to do about it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder: Path) -> tuple[Path, Path]:
    """One certificate for the emulator and for the CloudFront names it plays. A leaf, as webpki wants it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    if not shutil.which("openssl"):
        raise Failure("openssl is missing. On Debian:  sudo apt-get install openssl")
    names = "subjectAltName=DNS:localhost,DNS:*.cloudfront.net,IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=darkslide tests", "-addext", "basicConstraints=critical,CA:FALSE", "-addext", names,
         "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    return cert, key


class Emulator:
    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.endpoint = f"https://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> Emulator:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cert, self.key = certificate(self.folder)
        program = Path(sys.executable).with_name("ministack")
        if not program.exists():
            raise Failure(f"{program} is missing. Run tests/setup/python.sh tests/aws, and use the python it prints.")
        settings = {
            **self.environment(),
            "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION, "USE_SSL": "1", "MINISTACK_SSL_CERT": str(self.cert), "MINISTACK_SSL_KEY": str(self.key),
            # Every call is recorded, so that the tests can count them.
            "CLOUDTRAIL_RECORDING": "1", "CLOUDTRAIL_MAX_EVENTS": "1000000",
            # Services the host does not use take ports and threads.
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self.folder),
        }
        self.log = open(self.folder / "emulator.log", "wb")
        self.process = subprocess.Popen([program], env=settings, stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def environment(self) -> dict[str, str]:
        """For whoever speaks to it: the SDKs read all of these themselves, but for the first and the last."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DARKSLIDE_"))}
        return {
            **plain,
            "DARKSLIDE_AWS_ENDPOINT": self.endpoint,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": str(self.cert), "SSL_CERT_FILE": str(self.cert),
            "NO_PROXY": "127.0.0.1,localhost",
            "DARKSLIDE_S3_PATH_STYLE": "1",
        }

    def wait(self) -> None:
        trust = ssl.create_default_context(cafile=str(self.cert))
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f"The emulator ended with {self.process.returncode}; see {self.folder / 'emulator.log'}.")
            try:
                direct.open(self.endpoint + "/_ministack/health", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise Failure(f"The emulator did not answer within {STARTS_WITHIN} s; see {self.folder / 'emulator.log'}.")


def main(command: list[str]) -> int:
    if not command:
        print("usage: emulator.py COMMAND…", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="darkslide-aws-") as folder, Emulator(Path(folder)) as emulator:
        return subprocess.run(command, env=emulator.environment()).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"emulator: {failure}")
