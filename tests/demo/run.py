#!/usr/bin/env python3
"""The whole loop on this machine: one host, one studio's agent, one lab receiver, real processes.

Started by `make demo`, which builds the binaries first. Without ONCE it prints where to look and runs until
Ctrl-C; with ONCE=1 it is its own customer, checks the print that comes out, prints one JSON line and ends.
Only the standard library is used, so that a fresh machine needs nothing more than Python 3.11.
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import network  # noqa: E402
import once  # noqa: E402
from loop import Failure, Loop, say  # noqa: E402


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    is_once = os.environ.get("ONCE", "") not in ("", "0")
    lan = os.environ.get("LAN", "") not in ("", "0")
    photos = os.environ.get("PHOTOS") or None
    loop = None
    try:
        loop = Loop(photos=Path(photos) if photos else None, lan=network.address() if lan else None)
        loop.start()
        if is_once:
            once.run(loop)
        else:
            loop.invite()
            loop.wait()
        return 0
    except Failure as failure:
        print(f"demo: {failure}", file=sys.stderr)
        if loop:
            loop.show_logs()
        return 1
    except KeyboardInterrupt:
        say("\nStopping.")
        return 0 if not is_once else 130
    finally:
        if loop:
            loop.stop()


if __name__ == "__main__":
    sys.exit(main())
