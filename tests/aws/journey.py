"""The whole loop on the emulated host: the loop of `make demo`, with the real agent and lab on SQS and S3."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "demo"))

import loop as demo  # noqa: E402
from jpeg_size import jpeg_size  # noqa: E402
from once import Browser, journal, off_centre_crop  # noqa: E402

from emulator import Emulator, Failure  # noqa: E402
from host import Host  # noqa: E402
from tunnel import Tunnel  # noqa: E402

# Fewer for the tests, more for the figures (bench.py).
PHOTOS = int(os.environ.get("DARKSLIDE_AWS_PHOTOS", "40"))
PRINTED = ("printed", "shipped")
# As the site pages: a quick first screen, what fills the screens below it, then large pieces.
SITE = Path(__file__).resolve().parents[2] / "site" / "src"
PAGING = "".join((SITE / name).read_text() for name in ("api/gallery.ts", "gallery/listing.ts"))
PAGES = [int(re.search(rf"const {name} = (\d+);", PAGING).group(1)) for name in ("FIRST_PAGE", "SECOND_PAGE", "NEXT_PAGE")]


def page_size(number: int) -> int:
    """How many photos the site asks for in its page of this number, from 0."""
    return PAGES[min(number, len(PAGES) - 1)]


class AwsLoop(demo.Loop):
    """As on one machine, but that the host is a stack: tokens come from its operator's tool."""

    def __init__(self, stack: Host, emulator: Emulator, tunnel: Tunnel, shoot: Path):
        super().__init__(photos=shoot, lan=None)
        self.stack, self.site, self.certificate, self.tunnel = stack, stack.site, emulator.cert, tunnel
        # For every process of the loop: CloudFront through the tunnel, the rest of AWS directly.
        os.environ |= {"HTTPS_PROXY": tunnel.url, "NO_PROXY": "127.0.0.1,localhost", "SSL_CERT_FILE": str(emulator.cert),
                       "DARKSLIDE_LOG": "warn"}

    def host(self, *args: object) -> dict:
        kind, verb, name = map(str, args)
        if verb != "add":
            raise Failure(f"The loop asked the host to {verb}.")
        return {"token": self.stack.enrol(kind, name)}

    def start_host(self) -> None:
        """It is there."""

    # --- the customer -----------------------------------------------------------------------------------------
    def open_gallery(self) -> None:
        self.browser = Browser(self)
        self.gallery = self.browser.json("POST", "/api/gallery/open", {"code": self.code.lower()})["galleries"][0]["gallery"]
        self.photos, cursor, number = [], "", 0
        while cursor is not None:
            page = self.browser.json("GET", f"/api/gallery/{self.gallery}/photos?limit={page_size(number)}{cursor}")
            self.photos += demo.whole(page)
            cursor, number = f"&cursor={page['next']}" if page.get("next") else None, number + 1
        if len(self.photos) != PHOTOS or page["total"] != PHOTOS:
            raise Failure(f"{PHOTOS} photos were published; the gallery shows {len(self.photos)} of {page['total']}.")
        products = self.browser.json("GET", f"/api/gallery/{self.gallery}/products")["products"]
        self.product = next(p for p in products if p["id"] == "8x10-lustre")

    def news(self, known: str | None = None) -> dict | None:
        """What a browser asks every 15 seconds: functions do not wait, so the answer comes at once. `None`: nothing new."""
        path = f"/api/gallery/{self.gallery}/news" + (f"?known={known}" if known else "")
        began = time.monotonic()
        body = self.browser.ask("GET", path)
        if time.monotonic() - began > 10:
            raise Failure("A function waited for news.")
        return json.loads(body) if body else None

    def nothing_new(self) -> None:
        self.mark = self.news()["mark"]
        if (news := self.news(self.mark)) is not None:
            raise Failure(f"Nothing happened, and there is news: {news}")

    def order(self, photo: dict) -> dict:
        node = {"photo": photo["id"], "version": photo["version"],
                "crop": off_centre_crop(photo, self.product["width_in"], self.product["height_in"])}
        lines = [{"product": self.product["id"], "quantity": 2, "nodes": [node]}]
        pick_up = {"kind": "pick_up"}
        quote = self.browser.json("POST", f"/api/order/{self.gallery}/quote", {"lines": lines, "destination": pick_up})
        customer = {"name": "Ada Beispiel", "email": "ada@example.org", "phone": None}
        asked = {"lines": lines, "customer": customer, "destination": pick_up, "note": None, "total_shown": quote["total"]}
        key = secrets.token_hex(16)
        placed = self.browser.json("POST", f"/api/order/{self.gallery}/place", asked, **{"idempotency-key": key})
        again = self.browser.json("POST", f"/api/order/{self.gallery}/place", asked, **{"idempotency-key": key})
        if again["number"] != placed["number"]:
            raise Failure(f"The same order sent twice became {placed['number']} and {again['number']}.")
        return placed

    # --- what became of it ------------------------------------------------------------------------------------
    def reached_studio(self, placed: dict, seconds: float = 60) -> None:
        self.wait_for(f"order {placed['number']} reaching the studio", lambda: placed["number"] in journal(self), seconds)

    def printed(self, placed: dict, seconds: float = 120) -> Path:
        """Waits for the customer to be told, and checks the print against the ticket."""
        def told() -> bool:
            status = self.browser.json("GET", f"/api/order/status/{placed['secret']}")
            if any(line["on_hold"] for line in status["lines"]):
                raise Failure(f"Order {placed['number']} is on hold: {status['lines']}")
            return all(line["stage"] in PRINTED for line in status["lines"])

        self.wait_for(f"the print of {placed['number']}", told, seconds)
        files = [p for p in self.prints() if placed["number"] in p.name]
        if len(files) != 1 or files[0].parent.name != "8x10_lustre":
            raise Failure(f"One print in 8x10_lustre was expected for {placed['number']}; there are {files}.")
        ticket = self.lab_dir / "tickets" / placed["number"] / "order.json"
        digest = hashlib.sha256(files[0].read_bytes()).hexdigest()
        if digest not in ticket.read_text():
            raise Failure(f"The ticket {ticket} does not name the print's SHA-256 {digest}.")
        return files[0]

    def approve(self, placed: dict) -> None:
        self.agent("orders", "approve", placed["number"])

    # --- people who are away ----------------------------------------------------------------------------------
    def stop_one(self, name: str) -> None:
        daemon = self.daemons.pop(name)
        daemon.terminate()
        daemon.wait(20)

    def freeze(self, name: str) -> None:
        self.daemons[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.daemons[name].send_signal(signal.SIGCONT)

    def start_agent(self) -> None:
        self.daemon("agent", self.command("darkslide", "--config", self.agent_dir, "--no-progress", "run"))

    def start_receiver(self) -> None:
        self.daemon("lab", self.command("darkslide-lab", "--data", self.lab_dir, "run"))


def draw(binaries: Path, into: Path, count: int = PHOTOS) -> Path:
    """A small shoot, drawn once."""
    if len(list(into.rglob("*.jpg"))) < count:
        shutil.rmtree(into, ignore_errors=True)
        subprocess.run([binaries / "darkslide-shoot", into, "--count", str(count), "--width", "2400", "--height", "1600"],
                       check=True, capture_output=True)
    return into


def only_proofs(stack: Host) -> int:
    """Every stored rendition is a JPEG no larger than a proof, and nothing is on its way to a lab; how many bytes."""
    stored = stack.objects("Renditions")
    if len(stored) != 2 * PHOTOS:
        raise Failure(f"{PHOTOS} photos have {len(stored)} renditions; two each were expected.")
    if relayed := stack.objects("Relay"):
        raise Failure(f"Before any approval there are files for labs: {list(relayed)[:3]}")
    s3 = stack.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "rendition.jpg"
        for key in stored:
            copy.write_bytes(s3.get_object(Bucket=stack.name("Renditions"), Key=key)["Body"].read())
            if max(jpeg_size(copy)) > 2048:
                raise Failure(f"{key} is {jpeg_size(copy)} pixels: larger than a proof.")
    return sum(stored.values())


def pictures(loop: AwsLoop) -> None:
    """Through CloudFront: her own picture opens; without cookie, without token and with another's token it does not."""
    url = loop.photos[0]["proof"]["url"]
    if loop.browser.ask("GET", url)[:2] != b"\xff\xd8":
        raise Failure("The proof is no JPEG.")
    other = loop.photos[1]["proof"]["url"]
    crossed = url.partition("?")[0] + "?" + other.partition("?")[2]
    for address, browser in ((url, Browser(loop)), (url.partition("?")[0], loop.browser), (crossed, loop.browser)):
        try:
            browser.ask("GET", address)
        except demo.Failure as refused:
            if " 403" not in str(refused):
                raise
        else:
            raise Failure(f"{address} was shown to somebody who may not see it.")


def wait_until(what: str, probe, seconds: float):
    end = time.monotonic() + seconds
    while not (found := probe()):
        if time.monotonic() > end:
            raise Failure(f"{what} did not happen within {seconds:.0f} s.")
        time.sleep(0.3)
    return found

