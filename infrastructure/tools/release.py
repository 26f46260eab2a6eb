"""Builds what is shipped: the agent, the lab receiver and the host on one machine, each in an archive, with checksums.

Agent and lab poll Amazon SQS themselves where their host is on AWS, so release builds have the feature `sqs`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tomllib
from pathlib import Path

from . import functions, template
from .cloud import ROOT, Stop

PROFILE = "dist"
# Package and binary have one name.
PROGRAMS = ("darkslide", "darkslide-lab", "darkslide-host")
SPEAKS_SQS = ("darkslide", "darkslide-lab")
# What a request to SQS is headed with; a binary that can make one holds it.
SQS_WORD = b"AmazonSQS"
BESIDE = ("README.md", "CHANGELOG.md")
SUMS = "SHA256SUMS"
EPILOG = """\
examples:
  make release                                    builds the site first, which the host carries inside
  infrastructure/release --functions              the functions for Lambda too, as infrastructure/deploy builds them
  infrastructure/release --target x86_64-unknown-linux-musl

check what you were given:
  sha256sum --check SHA256SUMS
"""


def cargo_command(target: str | None) -> list[str]:
    packages = [word for program in PROGRAMS for word in ("--package", program)]
    features = ",".join(f"{program}/sqs" for program in SPEAKS_SQS)
    return [
        "cargo", "build", "--locked", "--profile", PROFILE, *packages, "--features", features,
        *(["--target", target] if target else []), *without_paths(),
    ]


def without_paths() -> list[str]:
    """What is shipped names no folder of this computer, so that it does not matter where it was built. Whoever sets
    RUSTFLAGS decides instead."""
    folders = {ROOT: "darkslide", Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo"): "cargo"}
    flags = [f"--remap-path-prefix={folder}={name}" for folder, name in folders.items()]
    return ["--config", f"build.rustflags={json.dumps(flags)}"]


def built(target: str | None) -> Path:
    folder = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return folder / target / PROFILE if target else folder / PROFILE


def host_triple() -> str:
    said = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    return next(line.split()[1] for line in said.splitlines() if line.startswith("host:"))


def committed_at() -> int:
    """The date of everything in the archives: the same commit makes the same archives."""
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return int(asked.stdout) if asked.returncode == 0 else 0


def archive(program: Path, name: str, date: int) -> bytes:
    """A .tar.gz of one folder: the program and what is to be read beside it."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as files:
        for path, mode in ((program, 0o755), *((ROOT / text, 0o644) for text in BESIDE)):
            entry = tarfile.TarInfo(f"{name}/{path.name}")
            entry.size, entry.mode, entry.mtime = path.stat().st_size, mode, date
            with path.open("rb") as content:
                files.addfile(entry, content)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(tar.getvalue())
    return packed.getvalue()


def check(program: Path) -> None:
    if not program.exists():
        raise Stop(f"{program} is not there, although cargo built it. Is CARGO_TARGET_DIR another one for cargo?")
    if program.name in SPEAKS_SQS and SQS_WORD not in program.read_bytes():
        raise Stop(f"{program} was built without the feature sqs; studios and labs of a host on AWS could not use it.")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="infrastructure/release", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "target" / "release-files", metavar="FOLDER", help="(default: target/release-files)")
    parser.add_argument("--target", metavar="TRIPLE", help="for another computer than this; its standard library must be there")
    parser.add_argument("--functions", action="store_true", help="the functions for Lambda too (needs cargo-lambda)")
    args = parser.parse_args(argv)
    if not (ROOT / "site" / "dist" / "index.html").exists():
        raise Stop("The host carries the customers' site inside. Build it first: make site/dist/index.html")
    command = cargo_command(args.target)
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise Stop(f"The build failed. The command was:\n  {' '.join(command)}")
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    made, date, triple = {}, committed_at(), args.target or host_triple()
    for name in PROGRAMS:
        program = built(args.target) / (name + (".exe" if "windows" in triple else ""))
        check(program)
        folder = f"{name}-{version}-{triple}"
        made[f"{folder}.tar.gz"] = archive(program, folder, date)
    if args.functions:
        names = sorted(set(template.functions(template.read()).values()))
        functions.build(names)
        for name in names:
            made[f"lambda-{name}-{version}-arm64.zip"] = functions.zipped(functions.BUILT / name / "bootstrap")
    args.out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (args.out / name).write_bytes(content)
        print(f"  {name:52}{len(content) / 1e6:8.2f} MB")
    # One line a file, as sha256sum reads it; files of another release in the folder are not named.
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(made.items()))
    (args.out / SUMS).write_text(sums)
    print(f"  {args.out / SUMS}")
    return 0
