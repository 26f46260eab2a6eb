"""The functions' binaries: built by cargo-lambda, zipped the same way every time, stored under their hash."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

from .cloud import ROOT, Cloud, Stop

BUILT = ROOT / "target" / "lambda"
# A reset date: the same binary makes the same zip, and the same zip makes no change.
DATE = (1980, 1, 1, 0, 0, 0)


def build(binaries: list[str]) -> None:
    if not shutil.which("cargo-lambda"):
        raise Stop(
            "cargo-lambda is missing; it cross-compiles for Lambda's arm64. Run: pip install cargo-lambda\n"
            "Or, with the functions built elsewhere, give --skip build --binaries FOLDER."
        )
    command = ["cargo", "lambda", "build", "--locked", "--arm64", "--profile", "dist", "--features", "lambda"]
    for binary in binaries:
        command += ["--package", f"darkslide-{binary}", "--bin", binary]
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise Stop(f"The functions did not build. The command was:\n  {' '.join(command)}")


def zipped(binary: Path) -> bytes:
    try:
        content = binary.read_bytes()
    except FileNotFoundError:
        raise Stop(f"{binary} is not there. Leave out --skip build, or give --binaries FOLDER.") from None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        entry = zipfile.ZipInfo("bootstrap", DATE)
        entry.external_attr = 0o755 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return buffer.getvalue()


def bucket(cloud: Cloud) -> str:
    """The bucket for zips and templates: private, encrypted, emptied of what is 90 days old."""
    from botocore.exceptions import ClientError

    s3 = cloud.client("s3")
    name = f"darkslide-{cloud.stage}-code-{cloud.account}-{cloud.region}"
    try:
        s3.head_bucket(Bucket=name)
        return name
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise Stop(f"The bucket {name} cannot be used: {error}") from None
    # us-east-1 alone refuses to be named as a location.
    place = {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
    s3.create_bucket(Bucket=name, **place)
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    return name


def upload(cloud: Cloud, into: str, folder: Path, binaries: list[str]) -> dict[str, str]:
    """Binary → s3:// address."""
    s3 = cloud.client("s3")
    found = {}
    for binary in binaries:
        content = zipped(folder / binary / "bootstrap")
        key = f"{binary}-{hashlib.sha256(content).hexdigest()[:32]}.zip"
        # Written again even if it is there: the 90 days begin anew, and a rollback finds its code.
        s3.put_object(Bucket=into, Key=key, Body=content)
        print(f"  {binary:17} {len(content) / 1e6:6.2f} MB")
        found[binary] = f"s3://{into}/{key}"
    return found
