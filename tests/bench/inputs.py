"""Draws the benchmark's pictures: photograph-like (1/f texture, edges, sensor noise), the kinds cameras write.

Usage: inputs.py OUT   (9 files of 24 megapixels and 4 of 45, 1.5 to 6 bits a pixel)
"""
import os
import sys

import numpy as np
from PIL import Image, ImageCms

# sampling (Pillow: 0 = 4:4:4, 1 = 4:2:2, 2 = 4:2:0), quality, EXIF orientation, profile, noise, restart rows
KINDS = [
    (1, 93, 1, "srgb", 2.6, 0),
    (1, 95, 6, "adobe", 3.4, 0),
    (1, 90, 1, None, 1.6, 0),
    (2, 93, 8, None, 3.0, 0),
    (2, 88, 1, "srgb", 1.2, 1),
    (2, 96, 3, "srgb", 4.2, 0),
    (0, 92, 1, "srgb", 2.2, 0),
    (0, 90, 6, "adobe", 1.4, 0),
    (1, 99, 1, "srgb", 4.0, 0),
]


def adobe_rgb():
    """A minimal Adobe RGB (1998) compatible profile: matrix and gamma 563/256, version 2."""
    def tag(v):
        return b"XYZ \0\0\0\0" + b"".join(int(round(x * 65536)).to_bytes(4, "big", signed=True) for x in v)
    text = b"compatible with Adobe RGB (1998)\0"
    desc = b"desc\0\0\0\0" + len(text).to_bytes(4, "big") + text + b"\0" * 79
    tags = [
        (b"desc", desc + b"\0" * (-len(desc) % 4)),
        (b"cprt", b"text\0\0\0\0CC0\0"),
        (b"wtpt", tag((0.9505, 1.0, 1.0891))),
        (b"rXYZ", tag((0.60974, 0.31111, 0.01947))),
        (b"gXYZ", tag((0.20528, 0.62567, 0.06087))),
        (b"bXYZ", tag((0.14919, 0.06322, 0.74457))),
    ]
    tags += [(n, b"curv\0\0\0\0\0\0\0\x01\x02\x33\0\0") for n in (b"rTRC", b"gTRC", b"bTRC")]
    table, data, start = len(tags).to_bytes(4, "big"), b"", 132 + 12 * len(tags)
    for name, body in tags:
        table += name + (start + len(data)).to_bytes(4, "big") + len(body).to_bytes(4, "big")
        data += body
    head = bytearray(128)
    head[0:4] = (start + len(data)).to_bytes(4, "big")
    head[8:12] = b"\x02\x10\0\0"
    head[12:24] = b"mntrRGB XYZ "
    head[24:36] = bytes((7, 234, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    head[36:40] = b"acsp"
    head[68:80] = tag((0.9642, 1.0, 0.8249))[8:]
    return bytes(head) + table + data


def texture(rng, w, h, slope):
    """Noise whose spectrum falls as in photographs, 0 to 1."""
    fy, fx = np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None, :]
    f = np.sqrt(fx * fx + fy * fy)
    f[0, 0] = 1
    s = np.fft.irfft2((rng.standard_normal(f.shape) + 1j * rng.standard_normal(f.shape)) / f**slope, (h, w))
    s -= s.min()
    return (s / s.max()).astype(np.float32)


def scene(seed, w, h):
    rng = np.random.default_rng(seed)
    luma = texture(rng, w // 2, h // 2, 1.35)
    fine = texture(rng, w // 2, h // 2, 0.9) - 0.5
    luma = np.clip(luma * 1.1 - 0.05 + 0.22 * fine, 0, 1)
    hue = [texture(rng, w // 8, h // 8, 1.8) - 0.5 for _ in range(2)]
    up = lambda a, mode: np.asarray(Image.fromarray(a).resize((w, h), mode))
    y, u, v = up(luma, Image.LANCZOS), up(hue[0], Image.BICUBIC), up(hue[1], Image.BICUBIC)
    # Objects with sharp edges, some of them fine.
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    for _ in range(60):
        cx, cy, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(h / 400, h / 9)
        x0, x1, y0, y1 = int(max(cx - r, 0)), int(min(cx + r, w)), int(max(cy - r, 0)), int(min(cy + r, h))
        m = (xx[y0:y1, x0:x1] - cx) ** 2 + (yy[y0:y1, x0:x1] - cy) ** 2 < r * r
        if rng.random() < 0.4:
            m &= np.sin((xx[y0:y1, x0:x1] * rng.uniform(-1, 1) + yy[y0:y1, x0:x1]) * rng.uniform(0.05, 0.9)) > 0
        y = y.copy() if not y.flags.writeable else y
        y[y0:y1, x0:x1] = np.where(m, np.clip(y[y0:y1, x0:x1] + rng.uniform(-0.4, 0.4), 0, 1), y[y0:y1, x0:x1])
    rgb = np.stack([y + 0.9 * v, y - 0.25 * u - 0.45 * v, y + 1.1 * u], 2)
    return np.clip(rgb, 0, 1) * 255, rng


def main():
    out = sys.argv[1]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profiles = {"srgb": srgb, "adobe": adobe_rgb(), None: None}
    for name, (w, h), kinds in (("24", (6000, 4000), KINDS), ("45", (8192, 5464), [KINDS[i] for i in (0, 1, 3, 6)])):
        os.makedirs(f"{out}/{name}", exist_ok=True)
        for i, (sampling, quality, orientation, profile, noise, restart) in enumerate(kinds):
            path = f"{out}/{name}/{i:02d}_{['444', '422', '420'][sampling]}_o{orientation}_{profile or 'none'}.jpg"
            if os.path.exists(path):
                continue
            rgb, rng = scene(i + 1, w, h)
            rgb += rng.standard_normal((h, w, 1), dtype=np.float32) * noise
            picture = Image.fromarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))
            exif = Image.Exif()
            exif[0x112], exif[0x10F], exif[0x110] = orientation, "Darkslide", "bench"
            extra = {"restart_marker_rows": 1} if restart else {}
            if profiles[profile]:
                extra["icc_profile"] = profiles[profile]
            part = path + ".part"
            picture.save(part, "JPEG", quality=quality, subsampling=sampling, exif=exif.tobytes(), **extra)
            os.rename(part, path)
            print(f"{path}  {os.path.getsize(path) / 1e6:.1f} MB  {os.path.getsize(path) * 8 / (w * h):.1f} bits a pixel", flush=True)


main()
