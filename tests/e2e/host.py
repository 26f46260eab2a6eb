#!/usr/bin/env python3
"""One host, one studio and one lab with a small drawn shoot, for the browser's journeys; with `--grids`, with
coded grids instead, which tell from their pixels where they were cut.

Prints one JSON line with the site's address, the access code and where things are, then runs until its
standard input ends. The parts are those of `make demo`, in a folder of their own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("DARKSLIDE_DEMO_DIR", str(ROOT / ".demo" / "e2e"))
os.environ.setdefault("DARKSLIDE_PROFILE", "debug")
sys.path.insert(0, str(ROOT / "tests" / "demo"))

import loop  # noqa: E402


def main() -> int:
    # Progress goes where a person looks; standard output carries the one line.
    loop.say = lambda text: print(text, file=sys.stderr, flush=True)
    grids = "--grids" in sys.argv
    if grids:
        loop.DEMO = loop.DEMO / "crops"
    shoot = loop.DEMO / "pictures"
    parts = None
    try:
        if len(list(shoot.rglob("*.jpg"))) < (40 if grids else 16):
            what = ["--grids", "--width", "2400"] if grids else ["--count", "16", "--width", "3000", "--height", "2000"]
            subprocess.run([loop.BINARIES / "darkslide-shoot", shoot, *what], check=True, stdout=sys.stderr)
        # A watermark would lie over the grids' codes.
        parts = loop.Loop(photos=shoot, lan=None, watermark=not grids)
        parts.start()
        print(json.dumps({"site": parts.site, "code": parts.code, "gallery": loop.GALLERY,
                          "agent": parts.command("darkslide", "--config", parts.agent_dir, "--json", "--yes"),
                          "lab": str(parts.lab_dir),
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
