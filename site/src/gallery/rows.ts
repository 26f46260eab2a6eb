// Justified rows from sizes known beforehand, so that nothing moves when pictures arrive.

export interface Box {
  index: number;
  x: number;
  width: number;
}
export interface Row {
  y: number;
  height: number;
  boxes: Box[];
}
export interface Layout {
  rows: Row[];
  /** Down to the end of the last row. */
  height: number;
  /** Photos that have a place; the rest waits for the pictures that will share its row. */
  placed: number;
}

export interface LayoutInput {
  sizes: readonly { width: number; height: number }[];
  width: number;
  gap: number;
  rowHeight: number;
  /** No more photos follow, so the last row is laid out although it is not full. */
  complete: boolean;
}

/** Very long panoramas and strips would make rows that are too low or too high. */
const shape = ({ width, height }: { width: number; height: number }) => Math.min(3.2, Math.max(0.45, width / height));

export function justify({ sizes, width, gap, rowHeight, complete }: LayoutInput): Layout {
  const rows: Row[] = [];
  let y = 0;
  let placed = 0;
  if (width <= 0) return { rows, height: 0, placed };

  const put = (end: number, sum: number, full: boolean) => {
    const room = width - gap * (end - placed - 1);
    const height = Math.round(full ? room / sum : Math.min(rowHeight, room / sum));
    const boxes: Box[] = [];
    let taken = 0;
    for (let index = placed; index < end; index += 1) {
      // Edges are rounded, not widths, so that every full row ends exactly at the right margin.
      const start = Math.round(taken);
      taken += shape(sizes[index]!) * (full ? room / sum : height);
      boxes.push({ index, x: start + gap * (index - placed), width: Math.round(taken) - start });
    }
    rows.push({ y, height, boxes });
    y += height + gap;
    placed = end;
  };

  let sum = 0;
  for (let index = 0; index < sizes.length; index += 1) {
    const next = shape(sizes[index]!);
    const count = index - placed;
    const heightWithout = count === 0 ? Infinity : (width - gap * (count - 1)) / sum;
    const heightWith = (width - gap * count) / (sum + next);
    if (heightWith <= rowHeight && count > 0 && heightWithout / rowHeight < rowHeight / heightWith) {
      put(index, sum, true);
      sum = next;
    } else {
      sum += next;
    }
    if ((width - gap * (index - placed)) / sum <= rowHeight) {
      put(index + 1, sum, true);
      sum = 0;
    }
  }
  if (complete && placed < sizes.length) put(sizes.length, sum, false);
  return { rows, height: Math.max(0, y - gap), placed };
}

/** The rows that touch [top, bottom), by binary search: 5,000 photos cost as little as 50. */
export function visibleRows(rows: readonly Row[], top: number, bottom: number): [first: number, end: number] {
  const firstWhere = (test: (row: Row) => boolean) => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (test(rows[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [firstWhere((r) => r.y + r.height > top), firstWhere((r) => r.y >= bottom)];
}

/** The picture an arrow key leads to: beside, or in the next row the one most nearly above or below. */
export function neighbour(rows: readonly Row[], index: number, key: string): number | null {
  const at = rows.findIndex((r) => r.boxes.some((b) => b.index === index));
  const from = rows[at]?.boxes.find((b) => b.index === index);
  if (!from) return null;
  const last = rows.at(-1)?.boxes.at(-1)?.index ?? index;
  const within = (next: number) => (next >= 0 && next <= last && next !== index ? next : null);
  if (key === 'ArrowLeft') return within(index - 1);
  if (key === 'ArrowRight') return within(index + 1);
  if (key === 'Home') return within(0);
  if (key === 'End') return within(last);
  const other = key === 'ArrowUp' ? rows[at - 1] : key === 'ArrowDown' ? rows[at + 1] : undefined;
  if (!other) return null;
  const middle = from.x + from.width / 2;
  const far = (b: Box) => Math.abs(b.x + b.width / 2 - middle);
  return other.boxes.reduce((best, b) => (far(b) < far(best) ? b : best)).index;
}
