"""The demo without a person: open by code, order with an off-centre crop, approve, wait for the print, check it."""

import hashlib
import json
import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path

from loop import PICTURES, Failure, Loop, say, whole
from jpeg_size import jpeg_size


class Browser:
    """A customer with nothing but the address and a code."""

    def __init__(self, loop: Loop):
        self.loop = loop
        self.cookie = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> bytes:
        request = urllib.request.Request(self.loop.site + path, method=method, headers=headers)
        if self.cookie:
            request.add_header("cookie", self.cookie)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.loop.tls()) as answer:
                if answer.headers.get("set-cookie"):
                    self.cookie = answer.headers["set-cookie"].split(";")[0]
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Failure(f"{method} {path} answered {error.code}: {error.read().decode(errors='replace')}") from error

    def json(self, method: str, path: str, body: object = None, **headers: str) -> dict:
        return json.loads(self.ask(method, path, body, **headers))


def off_centre_crop(photo: dict, width: float, height: float) -> dict:
    """Four fifths of the largest crop of the shape, pushed into the lower right corner."""
    ratio = max(width, height) / min(width, height)
    if photo["width"] < photo["height"]:
        ratio = 1 / ratio
    frame = photo["width"] / photo["height"]
    w, h = (ratio / frame, 1.0) if frame > ratio else (1.0, frame / ratio)
    w, h = w * 0.8, h * 0.8
    rect = {"x": 1.0 - w, "y": 1.0 - h, "width": w, "height": h}
    return {"rect": rect, "quarter_turns": 0, "angle": 0.0, "aspect": [int(width), int(height)]}


def files_on_host(loop: Loop) -> list[Path]:
    """Stored JPEGs, whatever they are called."""
    files = (p for p in (loop.host_dir).rglob("*") if p.is_file())
    return [p for p in files if p.stat().st_size > 3 and p.open("rb").read(3) == b"\xff\xd8\xff"]


def run(loop: Loop) -> None:
    say("Opening the gallery as a customer …")
    before = files_on_host(loop)
    sizes = [jpeg_size(p) for p in before]
    originals = sum(1 for size in sizes if max(size) > 2048)
    if not before:
        raise Failure("There are no renditions on the host after publishing.")
    if originals:
        raise Failure(f"{originals} files on the host are larger than a proof before anybody ordered.")

    browser = Browser(loop)
    gallery = browser.json("POST", "/api/gallery/open", {"code": loop.code.lower()})["galleries"][0]["gallery"]
    page = browser.json("GET", f"/api/gallery/{gallery}/photos?limit=200")
    photos = whole(page)
    if not photos:
        raise Failure("The gallery opens, but it is empty.")
    products = browser.json("GET", f"/api/gallery/{gallery}/products")["products"]
    product = next(p for p in products if p["id"] == "8x10-lustre")
    photo = photos[0]
    proof = browser.ask("GET", photo["proof"]["url"])
    if proof[:2] != b"\xff\xd8":
        raise Failure("The proof is not a JPEG.")

    lines = [{
        "product": product["id"],
        "quantity": 2,
        "nodes": [{
            "photo": photo["id"],
            "version": photo["version"],
            "crop": off_centre_crop(photo, product["width_in"], product["height_in"]),
        }],
    }]
    pick_up = {"kind": "pick_up"}
    quote = browser.json("POST", f"/api/order/{gallery}/quote", {"lines": lines, "destination": pick_up})
    begin = time.monotonic()
    placed = browser.json(
        "POST",
        f"/api/order/{gallery}/place",
        {
            "lines": lines,
            "customer": {"name": "Ada Beispiel", "email": "ada@example.org", "phone": None},
            "destination": pick_up,
            "note": None,
            "total_shown": quote["total"],
        },
        **{"idempotency-key": secrets.token_hex(16)},
    )
    say(f"Ordered {placed['number']}: 2 × {product['name']}. Approving at the studio …")
    loop.wait_for("the order reaching the studio", lambda: placed["number"] in journal(loop), 60)
    loop.agent("orders", "approve", placed["number"])

    def printed() -> bool:
        status = browser.json("GET", f"/api/order/status/{placed['secret']}")
        if any(line["on_hold"] for line in status["lines"]):
            raise Failure(f"The order is on hold: {status['lines']}")
        return all(line["stage"] in ("printed", "shipped") for line in status["lines"])

    loop.wait_for("the print", printed, 180)
    seconds = time.monotonic() - begin
    prints = loop.prints()
    check_print(loop, prints, placed["number"], photo)
    published = page["total"]
    sent = sum(p.stat().st_size for p in before)
    report = {
        "photos": len([p for p in loop.shoot.rglob("*") if p.suffix.lower() in PICTURES]),
        "published": published,
        "bytes_sent": sent,
        "originals_on_host_before_order": originals,
        "orders": 1,
        "prints": 2,
        "seconds_file_to_visible": round(loop.seconds_file_to_visible, 2),
        "seconds_order_to_print": round(seconds, 2),
    }
    say(f"Printed: {prints[0]}")
    print(json.dumps(report), flush=True)


def journal(loop: Loop) -> str:
    return json.dumps(loop.run_lines("orders", "list"))


def check_print(loop: Loop, prints: list[Path], number: str, photo: dict) -> None:
    """The right file in the right folder, at full print size, and the ticket agrees with it by hash."""
    if len(prints) != 1:
        raise Failure(f"One print file was expected in the hot folder; there are {len(prints)}: {prints}")
    path = prints[0]
    if path.parent.name != "8x10_lustre" or number not in path.name:
        raise Failure(f"The print is at {path}, not in 8x10_lustre with number {number} in its name.")
    expected = (3000, 2400) if photo["width"] >= photo["height"] else (2400, 3000)
    if jpeg_size(path) != expected:
        raise Failure(f"The print is {jpeg_size(path)} pixels; 8 × 10 in at 300 ppi is {expected}.")
    ticket = loop.lab_dir / "tickets" / number / "order.json"
    if not ticket.exists():
        raise Failure(f"There is no order ticket at {ticket}.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest not in ticket.read_text():
        raise Failure(f"The ticket {ticket} does not name the print's SHA-256 {digest}.")
