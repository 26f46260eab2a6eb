"""The functions' binaries: built by cargo-lambda, zipped the same way every time, stored under their hash."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from .cloud import ROOT, Cloud, Stop

BUILT = ROOT / "target" / "lambda"
# cargo-lambda with zig, where this computer has none of its own.
TOOLS = ROOT / "target" / "cargo-lambda"
CARGO_LAMBDA = "cargo-lambda ~= 1.9"
# Cargo.toml says what it is.
PROFILE = "function"
# A reset date: the same binary makes the same zip, and the same zip makes no change.
DATE = (1980, 1, 1, 0, 0, 0)
TARGET = "aarch64-unknown-linux-gnu"
# The word at this place of an ELF file says for which processor it is (e_machine).
ELF_MACHINE, ARM64 = slice(18, 20), b"\xb7\x00"


def build(binaries: list[str]) -> None:
    environment = with_cargo_lambda()
    if not has_target():
        add_target()
    command = ["cargo", "lambda", "build", "--locked", "--arm64", "--profile", PROFILE, "--features", "lambda", "--lambda-dir", str(BUILT)]
    for binary in binaries:
        command += ["--package", f"darkslide-{binary}", "--bin", binary]
    if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
        raise Stop(f"The functions did not build. The command was:\n  {' '.join(command)}")


def with_cargo_lambda() -> dict[str, str]:
    """The environment for cargo: cargo-lambda is on its path, and beside it the python that knows zig, which links.

    Its own if there is one, that of the tools' environment (`pip install cargo-lambda`), or else one made for it.
    """
    if shutil.which("cargo-lambda"):
        return dict(os.environ)
    for folder in (Path(sys.executable).parent, TOOLS / "bin"):
        if (folder / "cargo-lambda").exists():
            break
    else:
        print(f"cargo-lambda, which cross-compiles for Lambda's arm64, and zig go into {TOOLS}")
        folder = TOOLS / "bin"
        try:
            venv.create(TOOLS, clear=True, with_pip=True)
            pip = [folder / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CARGO_LAMBDA]
            installed = subprocess.run(pip).returncode == 0
        except (OSError, subprocess.CalledProcessError):
            installed = False
        if not installed:
            shutil.rmtree(TOOLS, ignore_errors=True)
            raise Stop(
                "cargo-lambda is missing and could not be installed. Where there is a network, run: pip install cargo-lambda\n"
                "Or, with the functions built elsewhere, give --skip build --binaries FOLDER."
            )
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def add_target() -> None:
    print(f"Rust's standard library for {TARGET}")
    if shutil.which("rustup"):
        # In the repository: it may ask for a toolchain of its own.
        subprocess.run(["rustup", "target", "add", TARGET], cwd=ROOT)
    if not has_target():
        raise Stop(
            f"Rust's standard library for {TARGET} is missing. Run: rustup target add {TARGET}\n"
            "Where Rust comes from Debian: dpkg --add-architecture arm64, then apt-get install libstd-rust-dev:arm64\n"
            "Or, with the functions built elsewhere, give --skip build --binaries FOLDER."
        )


def has_target() -> bool:
    """cargo-lambda would try to fetch what is missing, and say little where that fails."""
    rustc = os.environ.get("RUSTC", "rustc")
    try:
        asked = subprocess.run([rustc, "--print", "target-libdir", "--target", TARGET], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise Stop("rustc is missing. Install Rust (rustup.rs), or give --skip build --binaries FOLDER.") from None
    return asked.returncode == 0 and any(Path(asked.stdout.strip()).glob("libstd-*.rlib"))


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


def check_processor(binary: Path) -> None:
    """template.yaml says arm64. Another processor's binary deploys without a word, and then every call fails."""
    try:
        with binary.open("rb") as file:
            head = file.read(20)
    except FileNotFoundError:
        return
    if head[:4] == b"\x7fELF" and head[ELF_MACHINE] != ARM64:
        raise Stop(
            f"{binary} is not for arm64, which the functions run on. Leave out --skip build, or build it with:\n"
            f"  cargo lambda build --arm64 --profile {PROFILE} --features lambda --package darkslide-{binary.parent.name}"
        )


def upload(cloud: Cloud, into: str, folder: Path, binaries: list[str]) -> dict[str, str]:
    """Binary → s3:// address."""
    s3 = cloud.client("s3")
    found = {}
    for binary in binaries:
        # An emulator runs them on this computer's processor.
        if not cloud.endpoint:
            check_processor(folder / binary / "bootstrap")
        content = zipped(folder / binary / "bootstrap")
        key = f"{binary}-{hashlib.sha256(content).hexdigest()[:32]}.zip"
        # Written again even if it is there: the 90 days begin anew, and a rollback finds its code.
        s3.put_object(Bucket=into, Key=key, Body=content)
        print(f"  {binary:17} {len(content) / 1e6:6.2f} MB")
        found[binary] = f"s3://{into}/{key}"
    return found
