// What a package is made of, and which pictures go where.
import { describe, expect, it } from 'vitest';
// @ts-expect-error: plain JavaScript without types.
import { EVERYTHING } from '../mock/gallery.mjs';
import type { CartLine, PhotoView, Products } from '../src/api/types';
import { isPrepaid } from '../src/checkout/codes';
import { hasPaper, isPhysical, listPrice, partsOf, slotsOf } from '../src/shop/products';
import { takeOver } from '../src/shop/same_crop';

const list = EVERYTHING as Products;
const named = (id: string) => list.products.find((p) => p.id === id)!;

describe('products', () => {
  it('asks a package for the pictures of its items, each in its own shape', () => {
    const slots = slotsOf(list, named('package-a'));
    expect(slots.map((p) => p.id)).toEqual(['8x10-lustre', '4x6-glossy', 'wallets-8']);
    expect(partsOf(list, named('package-a')).map((p) => p.quantity)).toEqual([1, 2, 1]);
    expect(slotsOf(list, named('all'))).toEqual([]);
    expect(slotsOf(list, named('8x10-lustre')).length).toBe(1);
  });

  it('sends files nowhere', () => {
    expect(['file', 'all', 'package-a', '8x10-lustre'].map((id) => isPhysical(list, named(id)))).toEqual([false, false, true, true]);
    expect(hasPaper(named('package-a'))).toBe(false);
  });

  it('asks no photo for the price of a whole gallery', () => {
    const photo = { price_group: 'gift' } as PhotoView;
    const all = { ...named('all'), group_prices: [{ group: 'gift', price_minor: 0 }] };
    expect(listPrice(all, photo)).toBe(19900);
    expect(listPrice({ ...all, nodes: 1 }, photo)).toBe(0);
  });

  it('takes a crop over into each shape of a package', () => {
    const photo = { id: 'p', version: 'v', width: 6000, height: 4000 } as PhotoView;
    const crop = { rect: { x: 0.1, y: 0.1, width: 0.6, height: 0.72 }, quarter_turns: 0, angle: 0, aspect: null };
    const node = { photo: 'p', version: 'v', crop };
    const line = (product: string, count: number): CartLine => ({ id: product, product, quantity: 1, nodes: Array.from({ length: count }, () => node) });
    const taken = takeOver(line('8x10-lustre', 1), photo, list)(line('package-a', 3));
    const shape = (i: number) => (taken.nodes[i]!.crop.rect.width * 6000) / (taken.nodes[i]!.crop.rect.height * 4000);
    expect(shape(0)).toBeCloseTo(1.25, 3);
    expect(shape(1)).toBeCloseTo(1.5, 3);
    expect(shape(2)).toBeCloseTo(1.4, 3);
    expect(takeOver(line('8x10-lustre', 1), photo, list)(line('file', 1)).nodes[0]!.crop).toEqual(crop);
  });

  it('tells a code that pays from one that takes something off', () => {
    expect(['PAY-2222-3333-4444', ' pay 2222 3333 4444', 'PAYDAY', 'SPRING'].map(isPrepaid)).toEqual([true, true, false, false]);
  });
});
