"""The customers' site into its bucket: hashed files first, for a year; the page last, asked for anew each time."""

from __future__ import annotations

import datetime
import mimetypes
from pathlib import Path

from .cloud import ROOT, Cloud, Stop

FOLDER = ROOT / "site" / "dist"
# Pages that are still open ask for the files of the site they came from.
KEEP_DAYS = 30
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8"}


def cache_control(name: str) -> str:
    # As one-machine's serve/site.rs.
    return "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"


def content_type(name: str) -> str:
    suffix = Path(name).suffix
    return TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def upload(cloud: Cloud, bucket: str, folder: Path = FOLDER) -> None:
    if not (folder / "index.html").exists():
        raise Stop(f"The site is not built: {folder}/index.html is missing. Run: make site/dist/index.html")
    s3 = cloud.client("s3")
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    # A page must never name a file that is not there yet.
    for name in sorted(names, key=lambda name: name == "index.html"):
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=(folder / name).read_bytes(),
            ContentType=content_type(name),
            CacheControl=cache_control(name),
        )
    removed = prune(s3, bucket, set(names))
    print(f"  {len(names)} files" + (f", {removed} of older sites removed" if removed else ""))


def prune(s3, bucket: str, current: set[str]) -> int:
    old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=KEEP_DAYS)
    removed = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            if item["Key"] not in current and item["LastModified"] < old:
                s3.delete_object(Bucket=bucket, Key=item["Key"])
                removed += 1
    return removed
