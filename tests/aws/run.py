#!/usr/bin/env python3
"""`make test-aws`: the operator's tool deploys template.yaml to the emulator, the real functions run there, and
the real agent and lab go through the whole loop and through outages. Ends with one line that says what was seen.

Everything it makes is under FOLDER (default: target/aws-tests), with logs that stay when something fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "aws-tests"
# Read when the loop's module is loaded: where its folders and its binaries are.
os.environ |= {"DARKSLIDE_DEMO_DIR": str(FOLDER / "loop"), "CARGO_TARGET_DIR": str(ROOT / "target"), "DARKSLIDE_PROFILE": "aws-tests"}

import drills  # noqa: E402
import journey as whole  # noqa: E402
from calls import Calls  # noqa: E402
from emulator import Emulator, Failure  # noqa: E402
from host import FUNCTIONS, PROGRAMS, Host  # noqa: E402
from tunnel import Tunnel  # noqa: E402


class Steps:
    """Says what is being done and how long it took."""

    def __init__(self):
        self.begun = time.monotonic()
        self.done: list[str] = []

    def step(self, name: str, work, *arguments):
        begun = time.monotonic()
        print(f"  {name} …", end=" ", flush=True)
        result = work(*arguments)
        print(f"{time.monotonic() - begun:.1f} s", flush=True)
        self.done.append(name)
        return result


def collect(built: Path) -> Path:
    """Copies of what cargo built: the loop must not run what another build puts in its place."""
    functions = FOLDER / "functions"
    for program in PROGRAMS:
        if not (built / program).exists():
            raise Failure(f"{built / program} is missing. Run `make test-aws`, which builds it.")
        shutil.copy2(built / program, FOLDER / program)
    for function in FUNCTIONS:
        target = functions / function / "bootstrap"
        target.parent.mkdir(parents=True, exist_ok=True)
        # Without symbols: the emulator unpacks a zip of each.
        subprocess.run(["strip", "-o", target, built / function], check=True)
    return functions


def run(steps: Steps) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    functions = collect(Path(os.environ.get("DARKSLIDE_BUILT", ROOT / "target" / "debug")))
    os.environ["PATH"] = f"{FOLDER}{os.pathsep}{os.environ['PATH']}"
    shoot = steps.step(f"drawing {whole.PHOTOS} photos", whole.draw, FOLDER, FOLDER / "shoot")
    with Emulator(FOLDER / "emulator") as emulator:
        host = Host(emulator, functions)
        resources = steps.step("deploying template.yaml with infrastructure/deploy", host.deploy)
        steps.step("coming past CloudFront", drills.past_cloudfront, host)
        poison = drills.Poison(host)
        counted = Calls(emulator)
        loop = whole.AwsLoop(host, emulator, Tunnel(emulator.port), shoot)
        try:
            steps.step("enrolling, publishing 40 photos", loop.start)
            publishing = str(counted)
            bytes_stored = steps.step("only proofs are at the host", whole.only_proofs, host)
            counted = Calls(emulator)
            steps.step("opening by code, every page", loop.open_gallery)
            viewing = str(counted)
            steps.step("nothing is new", loop.nothing_new)
            steps.step("pictures through CloudFront", whole.pictures, loop)
            counted = Calls(emulator)
            placed = steps.step("ordering", loop.order, loop.photos[0])
            steps.step("the order reaches the studio", loop.reached_studio, placed)
            steps.step("approving", loop.approve, placed)
            steps.step("printing, status", loop.printed, placed)
            ordering = str(counted)
            steps.step("poisoned messages are dead letters", poison.check)
            steps.step("drill: queues emptied", drills.queues_emptied, host, loop)
            steps.step("drill: a stream record lost", drills.stream_record_lost, host, loop)
            steps.step("drill: the studio away for three weeks", drills.studio_away, host, loop)
            steps.step("drill: the lab away for one", drills.lab_away, host, loop)
            steps.step("drill: the records restored to a backup", drills.restored, host, loop)
            steps.step("a photo withdrawn, the gallery closed", drills.withdrawn, host, loop)
            steps.step("sweeping", host.invoke, "ExpireGalleries", {"task": "sweep"})
        except whole.demo.Failure as failure:
            loop.show_logs()
            raise Failure(str(failure)) from failure
        except Failure:
            loop.show_logs()
            raise
        finally:
            loop.stop()
        print(f"\n  AWS calls for enrolling and publishing {whole.PHOTOS} photos: {publishing}"
              f"\n  AWS calls for a gallery opened and read to its end: {viewing}"
              f"\n  AWS calls for an order from quote to print: {ordering}")
        prints = len(loop.prints())
    return (f"test-aws: {resources} resources, {whole.PHOTOS} photos published ({bytes_stored / 1e6:.1f} MB), "
            f"orders printed in {prints} files, 5 outages, {len(steps.done)} steps in {time.monotonic() - steps.begun:.0f} s")


if __name__ == "__main__":
    try:
        print(run(Steps()))
    except Failure as failure:
        print(f"\ntest-aws: {failure}\n  Logs: {FOLDER / 'emulator' / 'emulator.log'}, {FOLDER / 'loop'}/*.log", file=sys.stderr)
        sys.exit(1)
