#!/usr/bin/env python3
"""One host, one studio and one lab with a small drawn shoot, for the browser's journeys; with `--grids`, with
coded grids instead, which tell from their pixels where they were cut.

Prints one JSON line with the site's address, the access code and where things are, then runs until its
standard input ends. The parts are those of `make demo`, in a folder of their own; the studio has a second
computer with pictures of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("DARKSLIDE_DEMO_DIR", str(ROOT / ".demo" / "e2e"))
os.environ.setdefault("DARKSLIDE_PROFILE", "debug")
sys.path.insert(0, str(ROOT / "tests" / "demo"))

import loop  # noqa: E402
import network  # noqa: E402


class Studio(loop.Loop):
    """The demo's parts, and a second computer of the same studio."""

    # Where stand-ins of the journeys will listen: a mail server, and Stripe.
    smtp, stripe = network.free_port(0), network.free_port(0)

    def host_extras(self) -> list[str]:
        self.host("mail", "set", "--smtp", f"127.0.0.1:{self.smtp}", "--tls", "none", "--from", "prints@example.org")
        return ["--stripe-stand-in", f"http://127.0.0.1:{self.stripe}"]

    def second_computer(self, photos: Path) -> list[str]:
        folder = loop.DEMO / "second"
        shutil.rmtree(folder, ignore_errors=True)
        invitation = self.agent("machine", "invite")["invitation"]
        command = self.command("darkslide", "--config", folder, "--json", "--yes")
        for args in (["init", "--watermark", loop.STUDIO],
                     ["login", self.site, "--token", invitation, "--name", "Second computer"],
                     ["lab", "use", loop.LAB],
                     ["scan", photos]):
            self.run([*command, *map(str, args)])
        self.daemon("second", self.command("darkslide", "--config", folder, "--no-progress", "run"))
        return command


def draw(folder: Path, least: int, *what: str) -> None:
    if len(list(folder.rglob("*.jpg"))) < least:
        subprocess.run([loop.BINARIES / "darkslide-shoot", folder, *what], check=True, stdout=sys.stderr)


def main() -> int:
    # Progress goes where a person looks; standard output carries the one line.
    loop.say = lambda text: print(text, file=sys.stderr, flush=True)
    grids = "--grids" in sys.argv
    if grids:
        loop.DEMO = loop.DEMO / "crops"
    shoot, second_shoot = loop.DEMO / "pictures", loop.DEMO / "second-pictures"
    parts = None
    try:
        if grids:
            draw(shoot, 40, "--grids", "--width", "2400")
        else:
            draw(shoot, 16, "--count", "16", "--width", "3000", "--height", "2000")
            draw(second_shoot, 2, "--count", "2", "--width", "1500", "--height", "1000", "--seed", "8")
        # A watermark would lie over the grids' codes.
        parts = Studio(photos=shoot, lan=None, watermark=not grids)
        parts.start()
        second = None if grids else parts.second_computer(second_shoot)
        print(json.dumps({"site": parts.site, "code": parts.code, "gallery": loop.GALLERY, "pictures": str(shoot),
                          "draw": parts.command("darkslide-shoot"),
                          "second": second, "secondPictures": str(second_shoot),
                          "agent": parts.command("darkslide", "--config", parts.agent_dir, "--json", "--yes"),
                          "lab": str(parts.lab_dir),
                          "receiver": parts.command("darkslide-lab", "--data", parts.lab_dir, "--json"),
                          "smtp": parts.smtp, "stripe": parts.stripe,
                          "locate": parts.command("darkslide-locate") if grids else None}), flush=True)
        sys.stdin.read()
        return 0
    except loop.Failure as failure:
        print(f"e2e host: {failure}", file=sys.stderr)
        if parts:
            parts.show_logs()
        return 1
    finally:
        if parts:
            parts.stop()


if __name__ == "__main__":
    sys.exit(main())
