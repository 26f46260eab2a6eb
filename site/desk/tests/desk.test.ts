// The desk's own rules: addresses, piles, amounts, lines that may join.
import { describe, expect, it } from 'vitest';
import { readAmount } from '../src/orders/amount';
import { twins } from '../src/orders/changes';
import { pileOf } from '../src/orders/piles';
import { readScreen } from '../src/router';
import type { Line, OrderRow } from '../src/types';

describe('addresses', () => {
  it('mean few screens', () => {
    expect(readScreen('/')).toEqual({ screen: 'orders', order: null });
    expect(readScreen('/orders/ABCD-1234')).toEqual({ screen: 'orders', order: 'ABCD-1234' });
    expect(readScreen('/galleries/gal_1')).toEqual({ screen: 'galleries', gallery: 'gal_1' });
    expect(readScreen('/studio')).toEqual({ screen: 'studio' });
    expect(readScreen('/nonsense')).toEqual({ screen: 'orders', order: null });
    expect(readScreen('/orders/%E0%A4%A')).toEqual({ screen: 'orders', order: '%E0%A4%A' });
  });
});

describe('piles', () => {
  const row = (state: OrderRow['state'], stage: OrderRow['stage']) => ({ state, stage }) as OrderRow;
  it('put what waits for the studio first', () => {
    expect(pileOf(row('placed', 'placed'))).toBe('waiting');
    expect(pileOf(row('approved', 'printing'))).toBe('going');
    expect(pileOf(row('approved', 'printed'))).toBe('done');
    expect(pileOf(row('approved', 'shipped'))).toBe('done');
    expect(pileOf(row('cancelled', 'cancelled'))).toBe('done');
  });
});

describe('amounts', () => {
  it('are read as people type them, and only so', () => {
    expect(readAmount('12', 'EUR')).toBe(1200);
    expect(readAmount(' 12.5 ', 'EUR')).toBe(1250);
    expect(readAmount('12,50', 'EUR')).toBe(1250);
    expect(readAmount('800', 'JPY')).toBe(800);
    for (const text of ['', '-1', '1.234', '1e3', 'twelve', '12.']) expect(readAmount(text, 'EUR')).toBe(null);
    expect(readAmount('8.5', 'JPY')).toBe(null);
  });
});

describe('joining lines', () => {
  const line = (no: number, photo: string, x = 0): Line =>
    ({
      no,
      product: 'p',
      width_in: 4,
      height_in: 6,
      surface: 'lustre',
      nodes: [{ photo, version: 'v', crop: { rect: { x, y: 0, width: 1, height: 1 }, quarter_turns: 0, angle: 0, aspect: null } }],
    }) as unknown as Line;
  it('is offered for the same product, picture and crop alone', () => {
    const lines = [line(1, 'a'), line(2, 'a'), line(3, 'b'), line(4, 'a', 0.1)];
    expect(twins(lines, lines[0]!).map((l) => l.no)).toEqual([2]);
    expect(twins(lines, lines[2]!)).toEqual([]);
  });
});
