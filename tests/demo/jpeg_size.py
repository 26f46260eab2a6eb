"""Width and height from a JPEG's frame header (ITU-T T.81 B.2.2), without any imaging library."""

from pathlib import Path


def jpeg_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if marker == 0xFF or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise ValueError(f"{path} has no JPEG frame header")
