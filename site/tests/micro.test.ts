// Micro previews against the JPEGs that `crates/jpeg` makes of the same scans.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { microUrl } from '../src/gallery/micro';

interface Vector {
  width: number;
  height: number;
  micro: string;
  jpeg: string;
}
const vectors = JSON.parse(readFileSync(new URL('./vectors/micro.json', import.meta.url), 'utf8')) as Vector[];
const bytesOf = (url: string): Buffer => Buffer.from(url.replace('data:image/jpeg;base64,', ''), 'base64');

/** The markers of a JPEG up to its scan, and the size its frame header names. */
function read(jpeg: Buffer): { markers: string; width: number; height: number } {
  const markers = [jpeg.subarray(0, 2).toString('hex')];
  let [width, height] = [0, 0];
  for (let at = 2; markers.at(-1) !== 'ffda'; at += 2 + jpeg.readUInt16BE(at + 2)) {
    markers.push(jpeg.subarray(at, at + 2).toString('hex'));
    if (markers.at(-1) === 'ffc0') [height, width] = [jpeg.readUInt16BE(at + 5), jpeg.readUInt16BE(at + 7)];
  }
  return { markers: `${markers.join(' ')} … ${jpeg.subarray(-2).toString('hex')}`, width, height };
}

describe('a micro preview', () => {
  it.each(vectors)('of $width × $height becomes a whole JPEG', ({ width, height, micro: sent, jpeg }) => {
    const url = microUrl(sent);
    expect(url).toBe(`data:image/jpeg;base64,${jpeg}`);
    expect(read(bytesOf(url))).toEqual({ markers: expect.stringMatching(/^ffd8 ffe0 (ff(db|c4) )*ffc0 (ffc4 )*ffda … ffd9$/), width, height });
  });
});
