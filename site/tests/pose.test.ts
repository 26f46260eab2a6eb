// Whatever a person does in the crop tool, the crop it makes is one that the host accepts.
import { describe, expect, it } from 'vitest';
import type { Crop } from '../src/api/types';
import { apply, cropToFrame, hasBorder, pixelSize, turned, type Size } from '../src/geometry';
import { MAX_ZOOM, filled, flip, fromCrop, move, start, straighten, toCrop, turn, withBorder, zoom, zoomOf, type Pose } from '../src/shop/pose';

const frame: Size = { width: 6000, height: 4000 };

/** `domain::geometry::check_crop` and `check_shape`, to the letter. */
function accepted(crop: Crop, of: Size, aspect: readonly [number, number]): string | null {
  const r = crop.rect;
  if (![r.x, r.y, r.width, r.height, crop.angle].every(Number.isFinite)) return 'not a number';
  if (r.x < -0.01 || r.x > 1 || r.y < -0.01 || r.y > 1 || r.width < 0 || r.width > 1.01 || r.height < 0 || r.height > 1.01) return 'out of range';
  const size = pixelSize(crop, of);
  if (size.width < 16 || size.height < 16) return 'too small';
  const map = cropToFrame(crop, of);
  for (const [u, v] of [[0, 0], [1, 0], [1, 1], [0, 1]] as const) {
    const [x, y] = apply(map, u * size.width, v * size.height);
    const excess = Math.max(-x, x - of.width, -y, y - of.height);
    if (excess > 0.01) return `outside by ${excess}`;
  }
  const ratio = size.width / size.height;
  const wanted = aspect[0] / aspect[1];
  const close = (a: number, b: number) => Math.abs(a / b - 1) <= 0.001;
  return close(ratio, wanted) || close(ratio, 1 / wanted) ? null : `shape ${ratio}`;
}

function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s * 1664525 + 1013904223) % 4294967296;
    return s / 4294967296;
  };
}

describe('the whole picture with a border', () => {
  const aspect: [number, number] = [8, 10];
  it('stays whole whatever is pressed, turned like the picture, and comes back from the cart', () => {
    let pose = withBorder(frame, aspect);
    for (const next of [move(pose, frame, 0.3, 0.3), zoom(pose, frame, 4), straighten(pose, frame, 9), flip(pose, frame)]) expect(next).toEqual(pose);
    pose = turn(pose, frame, 1);
    const crop = toCrop(pose, frame, aspect);
    expect(hasBorder(crop)).toBe(true);
    const size = pixelSize(crop, frame);
    // The picture stands upright now, and so does the paper.
    expect(size.width / size.height).toBeCloseTo(8 / 10, 9);
    expect(crop.rect.x).toBeLessThan(0);
    expect(crop.rect.x * 2 + crop.rect.width).toBeCloseTo(1, 9);
    expect(crop.rect.y * 2 + crop.rect.height).toBeCloseTo(1, 9);
    expect(toCrop(fromCrop(crop, frame, aspect), frame, aspect)).toEqual(crop);
  });
  it('goes to other formats as a border, and back to a filled paper', () => {
    const crop = toCrop(withBorder(frame, aspect, 3), frame, aspect);
    const other = toCrop(fromCrop(crop, frame, [4, 6]), frame, [4, 6]);
    expect(hasBorder(other)).toBe(true);
    expect(other.quarter_turns).toBe(3);
    const full = toCrop(filled(withBorder(frame, aspect, 3), frame, aspect), frame, aspect);
    expect(full.quarter_turns).toBe(3);
    expect(accepted(full, frame, aspect)).toBeNull();
    const size = pixelSize(full, frame);
    expect(size.height).toBeGreaterThan(size.width);
  });
});

describe('the crop tool', () => {
  it('never leaves the picture nor the format, whatever is done in whatever order', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const next = random(seed);
      const of = { width: 200 + Math.floor(next() * 8000), height: 200 + Math.floor(next() * 8000) };
      const aspect: [number, number] = [1 + Math.floor(next() * 20), 1 + Math.floor(next() * 20)];
      if (Math.max(...aspect) / Math.min(...aspect) > 4) continue;
      let pose: Pose = start(of, aspect);
      for (let step = 0; step < 40; step += 1) {
        const acts = [
          () => move(pose, of, next() * 4 - 2, next() * 4 - 2),
          () => zoom(pose, of, 0.2 + next() * 3, next() - 0.5, next() - 0.5),
          () => turn(pose, of, next() < 0.5 ? 1 : -1),
          () => flip(pose, of),
          () => straighten(pose, of, next() * 60 - 30),
        ];
        pose = acts[Math.floor(next() * acts.length)]!();
        expect(accepted(toCrop(pose, of, aspect), of, aspect), `seed ${seed}, step ${step}`).toBeNull();
        expect(zoomOf(pose, of)).toBeLessThanOrEqual(MAX_ZOOM + 1e-6);
      }
    }
  });

  it('comes back from the cart as it went in', () => {
    const aspect: [number, number] = [8, 10];
    let pose = move(zoom(start(frame, aspect), frame, 2.2), frame, 0.2, -0.1);
    pose = straighten(turn(pose, frame, 1), frame, 4);
    const crop = toCrop(pose, frame, aspect);
    const again = toCrop(fromCrop(crop, frame, aspect), frame, aspect);
    for (const side of ['x', 'y', 'width', 'height'] as const) expect(again.rect[side]).toBeCloseTo(crop.rect[side], 9);
    expect([again.quarter_turns, again.angle]).toEqual([crop.quarter_turns, crop.angle]);
  });

  it('moves the picture with the finger: to the right shows more of its left', () => {
    const pose = zoom(start(frame, [4, 6]), frame, 2);
    const before = toCrop(pose, frame, [4, 6]).rect;
    const after = toCrop(move(pose, frame, 0.1, 0), frame, [4, 6]).rect;
    expect(after.x).toBeLessThan(before.x);
    expect(before.x - after.x).toBeCloseTo(before.width * 0.1, 9);
  });

  it('zooms at the place of the fingers', () => {
    const pose = zoom(start(frame, [4, 6]), frame, 2);
    const [u, v] = [0.3, -0.2];
    const under = (p: Pose) => [p.x + u * p.width, p.y + v * p.width];
    const [x, y] = under(pose);
    const [x2, y2] = under(zoom(pose, frame, 1.5, u, v));
    expect(x2).toBeCloseTo(x!, 6);
    expect(y2).toBeCloseTo(y!, 6);
  });

  it('keeps what is in the middle when turned, and returns after four turns', () => {
    const pose = move(zoom(start(frame, [8, 10]), frame, 3), frame, 0.5, 0.4);
    const middle = (p: Pose) => {
      const crop = toCrop(p, frame, [8, 10]);
      const { width, height } = pixelSize(crop, frame);
      return apply(cropToFrame(crop, frame), width / 2, height / 2);
    };
    const once = turn(pose, frame, 1);
    expect(middle(once)[0]).toBeCloseTo(middle(pose)[0], 3);
    expect(middle(once)[1]).toBeCloseTo(middle(pose)[1], 3);
    expect(turned(frame, once.turns)).toEqual({ width: 4000, height: 6000 });
    const four = turn(turn(turn(once, frame, 1), frame, 1), frame, 1);
    expect(four.turns).toBe(pose.turns);
  });
});
