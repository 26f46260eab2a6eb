// Micro previews as the agent makes them: scans (T.81, annex F.1) for the header that the site puts before them.
import { readFileSync } from 'node:fs';

const header = Buffer.from(JSON.parse(readFileSync(new URL('../src/gallery/micro_header.json', import.meta.url), 'utf8')), 'base64');
const quantisers = [];
const codes = {};
for (let at = 2; header[at + 1] !== 0xda; at += 2 + header.readUInt16BE(at + 2)) {
  const body = header.subarray(at + 4, at + 2 + header.readUInt16BE(at + 2));
  if (header[at + 1] === 0xdb) for (let p = 0; p < body.length; p += 65) quantisers[body[p]] = body.subarray(p + 1, p + 65);
  if (header[at + 1] === 0xc4) for (let p = 0; p < body.length;) p = readCodes(body, p);
}

/** A Huffman table (T.81, C.2): by its class and number, `symbol → [code, length]`. */
function readCodes(body, start) {
  const table = (codes[body[start]] = []);
  let [code, next] = [0, start + 17];
  for (let length = 1; length <= 16; length += 1) {
    for (let n = body[start + length]; n > 0; n -= 1) {
      table[body[next]] = [code, length];
      code += 1;
      next += 1;
    }
    code <<= 1;
  }
  return next;
}

const EIGHT = [...Array(8).keys()];
const COSINES = EIGHT.map((u) => EIGHT.map((x) => Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1) * 0.5));
/** Rows and columns along the diagonals, up and down in turn (T.81, figure 5). */
const ZIGZAG = EIGHT.flatMap((v) => EIGHT.map((u) => [v, u])).sort(([a, b], [c, d]) => a + b - c - d || ((a + b) % 2 ? a - c : c - a));

/** `pixel` takes places from 0 to 1 and gives red, green, blue. Base64 as the host sends it. */
export function micro(width, height, pixel) {
  const out = [height >> 8, height & 255, width >> 8, width & 255];
  let [held, bits] = [0, 0];
  const put = ([value, length]) => {
    for (let n = length - 1; n >= 0; n -= 1) {
      held = (held << 1) | ((value >> n) & 1);
      bits = (bits + 1) & 7;
      if (bits > 0) continue;
      out.push(held);
      if (held === 255) out.push(0);
      held = 0;
    }
  };
  const size = (value) => 32 - Math.clz32(Math.abs(value));
  const rest = (value) => put([value < 0 ? value - 1 : value, size(value)]);
  const before = [0, 0, 0];
  const block = (part, sample) => {
    const table = Math.min(part, 1);
    const lines = EIGHT.map((y) => EIGHT.map((u) => EIGHT.reduce((sum, x) => sum + sample(x, y) * COSINES[u][x], 0)));
    const found = ZIGZAG.map(([v, u], i) => Math.round(EIGHT.reduce((sum, y) => sum + lines[y][u] * COSINES[v][y], 0) / quantisers[table][i]));
    put(codes[table][size(found[0] - before[part])]);
    rest(found[0] - before[part]);
    before[part] = found[0];
    const last = found.findLastIndex((value) => value !== 0);
    let zeroes = 0;
    for (const value of found.slice(1, last + 1)) {
      if (value === 0) {
        zeroes += 1;
        continue;
      }
      for (; zeroes > 15; zeroes -= 16) put(codes[0x10 | table][0xf0]);
      put(codes[0x10 | table][(zeroes << 4) | size(value)]);
      rest(value);
      zeroes = 0;
    }
    if (last < 63) put(codes[0x10 | table][0]);
  };
  const colours = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => split(pixel((x + 0.5) / width, (y + 0.5) / height))));
  const at = (x, y) => colours[Math.min(y, height - 1)][Math.min(x, width - 1)];
  // 4:2:0: four blocks of brightness, and one of each colour at half the size.
  for (let top = 0; top < height; top += 16) {
    for (let left = 0; left < width; left += 16) {
      for (const [dx, dy] of [[0, 0], [8, 0], [0, 8], [8, 8]]) block(0, (x, y) => at(left + dx + x, top + dy + y)[0]);
      for (const part of [1, 2]) {
        const four = (x, y) => [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)].reduce((sum, c) => sum + c[part], 0) / 4;
        block(part, (x, y) => four(left + 2 * x, top + 2 * y));
      }
    }
  }
  if (bits > 0) put([0xff, 8 - bits]);
  return Buffer.from(out).toString('base64');
}

/** JFIF's brightness and colours, around nothing. */
const split = ([r, g, b]) => [0.299 * r + 0.587 * g + 0.114 * b - 128, -0.1687 * r - 0.3313 * g + 0.5 * b, 0.5 * r - 0.4187 * g - 0.0813 * b];
