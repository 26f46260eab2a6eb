// Justified rows: full width, nothing lost, nothing moved when more pictures come.
import { describe, expect, it } from 'vitest';
import { justify, visibleRows } from '../src/gallery/rows';

const shapes = [[3, 2], [2, 3], [3, 2], [1, 1], [16, 9], [10, 1], [1, 10]] as const;
const sizes = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const [w, h] = shapes[(i * 5 + (i >> 3)) % shapes.length]!;
    return { width: w * 100, height: h * 100 };
  });
const input = { width: 1180, gap: 12, rowHeight: 280, complete: true };

describe('justify', () => {
  it.each([390, 820, 1180, 2400])('fills every full row to the last pixel at %i wide', (width) => {
    const { rows, placed } = justify({ ...input, width, sizes: sizes(400) });
    expect(placed).toBe(400);
    for (const row of rows.slice(0, -1)) {
      const last = row.boxes.at(-1)!;
      expect(last.x + last.width).toBe(width);
      expect(row.boxes.every((b) => b.width > 0)).toBe(true);
    }
    expect(rows.flatMap((r) => r.boxes.map((b) => b.index))).toEqual(Array.from({ length: 400 }, (_, i) => i));
  });

  it('keeps rows near the wanted height', () => {
    const { rows } = justify({ ...input, sizes: sizes(300) });
    for (const row of rows.slice(0, -1)) {
      expect(row.height).toBeGreaterThan(input.rowHeight * 0.5);
      expect(row.height).toBeLessThan(input.rowHeight * 1.6);
    }
  });

  it('moves nothing when the next page comes', () => {
    const first = justify({ ...input, sizes: sizes(60), complete: false });
    const more = justify({ ...input, sizes: sizes(260), complete: false });
    expect(more.rows.slice(0, first.rows.length)).toEqual(first.rows);
    expect(first.placed).toBeLessThanOrEqual(60);
  });

  it('has nothing to do without room or pictures', () => {
    expect(justify({ ...input, width: 0, sizes: sizes(5) }).rows).toEqual([]);
    expect(justify({ ...input, sizes: [] })).toEqual({ rows: [], height: 0, placed: 0 });
  });

  it('finds the rows on the screen among 5,000 pictures', () => {
    const { rows } = justify({ ...input, sizes: sizes(5_000) });
    const [first, end] = visibleRows(rows, 10_000, 10_900);
    expect(end - first).toBeLessThan(8);
    for (const [i, row] of rows.entries()) {
      const touches = row.y + row.height > 10_000 && row.y < 10_900;
      expect(i >= first && i < end).toBe(touches);
    }
  });
});
