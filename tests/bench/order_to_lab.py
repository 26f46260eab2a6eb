#!/usr/bin/env python3
"""Seconds from an order to a verified file at the lab, all parts on this machine, pictures of 24 megapixels.

    make order-to-lab            (ORDERS=20, PHOTOS=/path for pictures of your own)

Starts the demo's loop on its drawn shoot, places orders of one 8 × 10 one after the other, each approved at once,
and measures until the lab has fetched and verified the print file and written its ticket. Prints one JSON line.
"""

import json
import os
import secrets
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "demo"))
from loop import Failure, Loop, say  # noqa: E402
from once import Browser, journal, off_centre_crop  # noqa: E402


def main() -> None:
    orders = int(os.environ.get("ORDERS", "20"))
    photos = os.environ.get("PHOTOS")
    loop = Loop(Path(photos) if photos else None, None)
    seconds: list[float] = []
    megabytes: list[float] = []
    try:
        loop.start()
        browser = Browser(loop)
        gallery = browser.json("POST", "/api/gallery/open", {"code": loop.code.lower()})["galleries"][0]["gallery"]
        photos = browser.json("GET", f"/api/gallery/{gallery}/photos?limit=200")["photos"]
        pixels = [photo["width"] * photo["height"] for photo in photos]
        products = browser.json("GET", f"/api/gallery/{gallery}/products")["products"]
        product = next(p for p in products if p["id"] == "8x10-lustre")
        for n in range(orders):
            photo = photos[n % len(photos)]
            node = {
                "photo": photo["id"],
                "version": photo["version"],
                "crop": off_centre_crop(photo, product["width_in"], product["height_in"]),
            }
            lines = [{"product": product["id"], "quantity": 1, "nodes": [node]}]
            pick_up = {"kind": "pick_up"}
            quote = browser.json("POST", f"/api/order/{gallery}/quote", {"lines": lines, "destination": pick_up})
            customer = {"name": "Ada Beispiel", "email": "ada@example.org", "phone": None}
            begin = time.monotonic()
            placed = browser.json(
                "POST",
                f"/api/order/{gallery}/place",
                {"lines": lines, "customer": customer, "destination": pick_up, "note": None, "total_shown": quote["total"]},
                **{"idempotency-key": secrets.token_hex(16)},
            )
            loop.wait_for("the order reaching the studio", lambda: placed["number"] in journal(loop), 60)
            loop.agent("orders", "approve", placed["number"])
            # The ticket appears when every file is there and is what was signed.
            ticket = loop.lab_dir / "tickets" / placed["number"] / "order.json"
            while not ticket.exists():
                if time.monotonic() - begin > 120:
                    raise Failure(f"order {placed['number']} did not come to the lab within 120 s")
                time.sleep(0.01)
            seconds.append(time.monotonic() - begin)
            spooled = list((loop.lab_dir / "spool").glob(f"{json.loads(ticket.read_text())['order']}/*/*.jpg"))
            megabytes.append(sum(p.stat().st_size for p in spooled) / 1e6)
            say(f"{placed['number']}  {seconds[-1]:.2f} s  {megabytes[-1]:.1f} MB")
    finally:
        loop.stop()
    ordered = sorted(seconds)
    print(json.dumps({
        "orders": orders,
        "megapixels": round(statistics.median(pixels) / 1e6),
        "file_mb_median": round(statistics.median(megabytes), 1),
        "order_to_verified_median_s": round(statistics.median(ordered), 2),
        "order_to_verified_p95_s": round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 2),
        "load_average": round(os.getloadavg()[0], 1),
    }))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
