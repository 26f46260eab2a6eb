// The browser's geometry against the vectors that `crates/domain` is tested with too.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Crop } from '../src/api/types';
import { apply, bordered, centred, cropToFrame, effectivePpi, inverse, pixelSize, after, wholeAspect, type Size } from '../src/geometry';

interface Vectors {
  crops: { frame: Size; crop: Crop; size: [number, number]; points: { at: [number, number]; frame: [number, number] }[] }[];
  centred: { frame: Size; aspect: [number, number]; crop: Crop }[];
  bordered: { frame: Size; aspect: [number, number]; crop: Crop }[];
  ppi: { frame: Size; crop: Crop; inches: [number, number]; ppi: number }[];
}
const vectors = JSON.parse(readFileSync(new URL('./vectors/crop.json', import.meta.url), 'utf8')) as Vectors;

describe('crops', () => {
  it('has vectors for every quarter turn', () => {
    expect(new Set(vectors.crops.map((v) => v.crop.quarter_turns))).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each(vectors.crops)('$frame.width × $frame.height, $crop.quarter_turns turns, $crop.angle°', ({ frame, crop, size, points }) => {
    const { width, height } = pixelSize(crop, frame);
    expect(width).toBeCloseTo(size[0], 6);
    expect(height).toBeCloseTo(size[1], 6);
    const map = cropToFrame(crop, frame);
    for (const { at, frame: wanted } of points) {
      const [x, y] = apply(map, at[0] * width, at[1] * height);
      expect(x).toBeCloseTo(wanted[0], 5);
      expect(y).toBeCloseTo(wanted[1], 5);
    }
    const [x, y] = apply(after(map, inverse(map)), 12, 34);
    expect([x, y]).toEqual([expect.closeTo(12, 6), expect.closeTo(34, 6)]);
  });

  it.each(vectors.centred)('centred in $frame.width × $frame.height for $aspect', ({ frame, aspect, crop }) => {
    const made = centred(frame, aspect[0], aspect[1]);
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(made.rect[side]).toBeCloseTo(crop.rect[side], 9);
    expect(made.aspect).toEqual(crop.aspect);
  });

  it.each(vectors.bordered)('whole in $frame.width × $frame.height for $aspect', ({ frame, aspect, crop }) => {
    const made = bordered(frame, crop.quarter_turns, aspect[0], aspect[1]);
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(made.rect[side]).toBeCloseTo(crop.rect[side], 9);
    expect(made).toMatchObject({ quarter_turns: crop.quarter_turns, angle: 0, aspect });
  });

  it.each(vectors.ppi)('$ppi ppi at $inches', ({ frame, crop, inches, ppi }) => {
    expect(effectivePpi(crop, frame, inches[0], inches[1])).toBeCloseTo(ppi, 6);
  });
});

describe('known points', () => {
  // The numbers of `geometry::tests`, so that the vectors cannot drift together with the code.
  it('takes the left bottom corner to the top left by a quarter turn', () => {
    const crop: Crop = { rect: { x: 0, y: 0, width: 1, height: 1 }, quarter_turns: 1, angle: 0, aspect: null };
    expect(apply(cropToFrame(crop, { width: 300, height: 200 }), 0, 0)).toEqual([0, 200]);
    expect(apply(cropToFrame(crop, { width: 300, height: 200 }), 200, 0)).toEqual([0, 0]);
  });

  it('keeps the centre when straightening, and turns the picture clockwise', () => {
    const crop: Crop = { rect: { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, quarter_turns: 0, angle: 10, aspect: null };
    const map = cropToFrame(crop, { width: 300, height: 200 });
    expect(apply(map, 75, 50)).toEqual([expect.closeTo(150, 9), expect.closeTo(100, 9)]);
    expect(apply(map, 150, 50)[1]).toBeLessThan(100);
  });

  it('writes formats in whole numbers', () => {
    expect(wholeAspect(8, 10)).toEqual([8, 10]);
    expect(wholeAspect(3.5, 5)).toEqual([7, 10]);
    expect(wholeAspect(8.27, 11.69)).toEqual([827, 1169]);
    expect(wholeAspect(10 / 3, 5)).toEqual([10, 15]);
  });
});
