// Pictures for the mock server, drawn when asked for: hills under a sky, as PNG of any size.
import { deflateSync } from 'node:zlib';

const CRC = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

export function png(width, height, pixel) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    rows[at] = 0;
    at += 1;
    for (let x = 0; x < width; x += 1) {
      const [r, g, b] = pixel((x + 0.5) / width, (y + 0.5) / height);
      rows[at] = r;
      rows[at + 1] = g;
      rows[at + 2] = b;
      at += 3;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const body = chunk('IDAT', deflateSync(rows, { level: 3 }));
  return Buffer.concat([signature, chunk('IHDR', head), body, chunk('IEND', Buffer.alloc(0))]);
}

const MOODS = [
  { sky: [[242, 196, 150], [120, 150, 190]], hill: [[176, 128, 120], [52, 46, 66]], sun: [255, 232, 196] },
  { sky: [[226, 233, 236], [124, 164, 196]], hill: [[150, 176, 170], [34, 66, 60]], sun: [255, 252, 240] },
  { sky: [[250, 214, 196], [196, 150, 176]], hill: [[196, 140, 150], [74, 44, 70]], sun: [255, 240, 224] },
  { sky: [[214, 220, 210], [150, 170, 160]], hill: [[150, 156, 120], [60, 66, 40]], sun: [246, 240, 214] },
  { sky: [[70, 90, 132], [22, 30, 60]], hill: [[50, 66, 98], [10, 14, 26]], sun: [236, 236, 220] },
];

const mix = (a, b, t) => [0, 1, 2].map((i) => a[i] + (b[i] - a[i]) * t);

export function scene(seed, aspect) {
  const mood = MOODS[seed % MOODS.length];
  const random = (n) => {
    const s = Math.sin(seed * 127.1 + n * 311.7) * 43758.5453;
    return s - Math.floor(s);
  };
  const sun = { x: 0.2 + random(1) * 0.6, y: 0.22 + random(2) * 0.22, r: 0.035 + random(3) * 0.04 };
  const ridge = (layer, x) => {
    const base = 0.46 + layer * 0.13 + (random(10 + layer) - 0.5) * 0.06;
    const rough = 0.055 - layer * 0.006;
    let y = base;
    for (let k = 1; k <= 5; k += 1) {
      y += (rough / k) * Math.sin(x * aspect * (2.1 * k ** 1.3) + random(20 + layer * 7 + k) * 6.28);
    }
    return y;
  };
  return (x, y) => {
    for (let layer = 3; layer >= 0; layer -= 1) {
      const top = ridge(layer, x);
      if (y > top) {
        const tone = mix(mood.hill[0], mood.hill[1], layer / 3);
        return mix(tone, mood.sky[0], Math.max(0, 0.35 - (y - top) * 1.4));
      }
    }
    const sky = mix(mood.sky[1], mood.sky[0], Math.min(1, y / 0.58));
    const far = Math.hypot((x - sun.x) * aspect, y - sun.y);
    if (far < sun.r) return mood.sun;
    return mix(sky, mood.sun, Math.max(0, 0.6 - (far - sun.r) * 1.8) ** 2);
  };
}
