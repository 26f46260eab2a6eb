#!/usr/bin/env python3
"""Signatures in headers against a second emulator, moto in its auth mode, which checks them with botocore.

The real adapters of the host (crates/aws) and of agents and labs (crates/queue-client) are run by their own tests,
once with what is right and once with each thing that is wrong: another secret, an unknown key, a signature or a signed
header changed on the way. moto does not look at how old a signature is; the first emulator does, and is asked in
crates/aws/tests/emulator/stolen_session.rs.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infrastructure"))

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402

from emulator import REGION, Failure, free_port  # noqa: E402
from tools import host_secrets, template  # noqa: E402

NAME = "darkslide-signed"
ACCOUNT = "123456789012"  # moto's own
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


class Moto:
    def __enter__(self) -> Moto:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DARKSLIDE_"))}
        self.process = subprocess.Popen([Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(self.port)],
                                        env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                direct().open(f"{self.endpoint}/moto-api/data.json", timeout=2).close()
                return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    raise Failure("moto did not start.") from None
                time.sleep(0.2)

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()

    def client(self, service: str, key: str = "anyone", secret: str = "anything"):
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret,
                            config=Config(proxies={}, s3={"addressing_style": "path"}))

    def check_signatures(self) -> None:
        """From here on nobody is let in without a right one."""
        asked = urllib.request.Request(f"{self.endpoint}/moto-api/reset-auth", b"0", {"content-type": "text/plain"}, method="POST")
        direct().open(asked, timeout=10).close()


def direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Tampering:
    """A proxy that changes one thing of every request but those for the secrets; `None` changes nothing."""

    def __init__(self, moto: Moto):
        self.moto, self.change, self.changed = moto, None, 0

    def __enter__(self) -> Tampering:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def forward(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                link = http.client.HTTPConnection("127.0.0.1", proxy.moto.port, timeout=30)
                link.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in proxy.altered(dict(self.headers.items())).items():
                    link.putheader(name, value)
                link.endheaders(body)
                answer = link.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                link.close()

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = forward

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()

    def altered(self, headers: dict[str, str]) -> dict[str, str]:
        names = {name.lower(): name for name in headers}
        if self.change is None or "authorization" not in names or "/ssm/" in headers[names["authorization"]]:
            return headers
        name = names[self.change]
        text = headers[name]
        # The last digit before the letter Z of a time, the last one of a signature.
        at = len(text) - (2 if text.endswith("Z") else 1)
        self.changed += 1
        return {**headers, name: text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:]}


def prepare(moto: Moto) -> dict[str, str]:
    """What template.yaml would have made, and what it would tell a function; a user who may do anything."""
    iam, sts, sqs = (moto.client(s) for s in ("iam", "sts", "sqs"))
    records = template.read()["Resources"]["Records"]["Properties"]
    shape = {k: records[k] for k in ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")}
    moto.client("dynamodb").create_table(TableName=NAME, **shape)
    for kind in ("renditions", "relay", "records"):
        moto.client("s3").create_bucket(Bucket=f"{NAME}-{kind}")
    for name in host_secrets.NAMES:
        moto.client("ssm").put_parameter(Name=f"/{NAME}/{name}", Value=host_secrets.fresh(name), Type="SecureString")
    iam.create_user(UserName="function")
    iam.put_user_policy(UserName="function", PolicyName="everything", PolicyDocument=EVERYTHING)
    key = iam.create_access_key(UserName="function")["AccessKey"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/function"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=NAME, PolicyName="everything", PolicyDocument=EVERYTHING)
    arns = {}
    for kind in ("agent", "lab"):
        url = sqs.create_queue(QueueName=f"{NAME}-{kind}-dead")["QueueUrl"]
        arns[kind] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    doorbell = sqs.create_queue(QueueName=f"{NAME}-agent-x")["QueueUrl"]
    sqs.send_message(QueueUrl=doorbell, MessageBody="{}")
    session = sts.assume_role(RoleArn=role, RoleSessionName="agent")["Credentials"]
    return {
        "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1,localhost",
        "DARKSLIDE_TABLE": NAME, "DARKSLIDE_RENDITIONS_BUCKET": f"{NAME}-renditions", "DARKSLIDE_RELAY_BUCKET": f"{NAME}-relay",
        "DARKSLIDE_RECORDS_BUCKET": f"{NAME}-records", "DARKSLIDE_QUEUE_PREFIX": f"{NAME}-", "DARKSLIDE_AGENT_DLQ_ARN": arns["agent"],
        "DARKSLIDE_LAB_DLQ_ARN": arns["lab"], "DARKSLIDE_SESSION_ROLE_ARN": role, "DARKSLIDE_SECRETS_PATH": f"/{NAME}",
        "DARKSLIDE_SITE": "https://photos.example", "DARKSLIDE_S3_PATH_STYLE": "1",
        "DARKSLIDE_SESSION": json.dumps({"queue_url": doorbell, "access_key_id": session["AccessKeyId"],
                                         "secret_access_key": session["SecretAccessKey"], "session_token": session["SessionToken"]}),
    }


def tests() -> dict[str, Path]:
    """The tests' binaries, as cargo built them before."""
    found = {}
    for package, features, name in (("darkslide-aws", [], "emulator"), ("darkslide-queue-client", ["--features", "darkslide-queue-client/sqs"], "sqs")):
        command = [os.environ.get("CARGO", "cargo"), "test", "--quiet", "--no-run", "-p", package, *features, "--test", name, "--message-format", "json"]
        built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if built.returncode != 0:
            raise Failure(f"{' '.join(command)} failed:\n{built.stderr}")
        messages = (json.loads(line) for line in built.stdout.splitlines() if line.startswith("{"))
        [found[package]] = [Path(m["executable"]) for m in messages if m.get("executable") and m["target"]["name"] == name]
    return found


def run(binary: Path, environment: dict[str, str], expected: str, what: str) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DARKSLIDE_"))}
    done = subprocess.run([binary, "signatures_in_headers", "--nocapture"], capture_output=True, text=True, timeout=120, cwd=ROOT,
                          env={**kept, **environment, "DARKSLIDE_SIGNATURES": expected})
    if done.returncode != 0 or "1 passed" not in done.stdout or "skipped" in done.stderr:
        raise Failure(f"{what}, expecting `{expected}`:\n{done.stdout}{done.stderr}")


def main() -> None:
    binaries = tests()
    with Moto() as moto, Tampering(moto) as proxy:
        right = prepare(moto)
        moto.check_signatures()
        session = json.loads(right["DARKSLIDE_SESSION"])
        unknown = {**session, "access_key_id": "ASIAUNKNOWN000000000"}
        other = {**session, "secret_access_key": "another-secret"}
        cases = [
            # what, of the proxy, of the function, of the agent, what is said
            ("a right signature", None, {}, session, "accepted"),
            ("another secret", None, {"AWS_SECRET_ACCESS_KEY": "another-secret"}, other, "SignatureDoesNotMatch"),
            ("an unknown key", None, {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN000000000"}, unknown, "InvalidClientTokenId"),
            ("a signature changed on the way", "authorization", {}, session, "SignatureDoesNotMatch"),
            ("a signed header changed on the way", "x-amz-date", {}, session, "SignatureDoesNotMatch"),
        ]
        for what, change, function, agent, expected in cases:
            proxy.change, before = change, proxy.changed
            environment = {**right, **function, "DARKSLIDE_SESSION": json.dumps(agent), "AWS_ENDPOINT_URL": proxy.endpoint}
            for package, binary in binaries.items():
                run(binary, environment, expected, f"{package}, {what}")
            if change and proxy.changed - before < 4:
                raise Failure(f"{what}: the proxy changed {proxy.changed - before} requests only.")
    print(f"signatures: {len(cases)} cases × {len(binaries)} adapters on moto")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"signatures: {failure}")
