// Justified rows: full width, nothing lost, nothing moved when more pictures come.
import { describe, expect, it } from 'vitest';
import { justify, visibleRows, neighbour } from '../src/gallery/rows';

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

describe('arrow keys', () => {
  const sizes = Array.from({ length: 11 }, (_, i) => (i % 3 === 1 ? { width: 2, height: 3 } : { width: 3, height: 2 }));
  const { rows } = justify({ sizes, width: 900, gap: 10, rowHeight: 200, complete: true });
  const last = sizes.length - 1;

  it('reach every picture, and come back', () => {
    const seen = new Set([0]);
    for (let at = 0; ; ) {
      const next = neighbour(rows, at, 'ArrowRight');
      if (next === null) break;
      expect(neighbour(rows, next, 'ArrowLeft')).toBe(at);
      seen.add(next);
      at = next;
    }
    expect(seen.size).toBe(sizes.length);
    expect([neighbour(rows, 5, 'Home'), neighbour(rows, 5, 'End')]).toEqual([0, last]);
    expect([neighbour(rows, 0, 'ArrowLeft'), neighbour(rows, last, 'ArrowRight'), neighbour(rows, 0, 'x')]).toEqual([null, null, null]);
  });

  it('go one row up or down, to what is nearest', () => {
    for (const [i, row] of rows.entries()) {
      for (const box of row.boxes) {
        const down = neighbour(rows, box.index, 'ArrowDown');
        if (i === rows.length - 1) expect(down).toBeNull();
        else expect(rows[i + 1]?.boxes.some((b) => b.index === down)).toBe(true);
      }
    }
    expect(neighbour(rows, 0, 'ArrowUp')).toBeNull();
    expect(neighbour(rows, rows[1]!.boxes[0]!.index, 'ArrowUp')).toBe(0);
  });
});
