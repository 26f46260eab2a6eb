// One crop for every print of a picture.
import { describe, expect, it } from 'vitest';
import type { CartLine, PhotoView, Product, Products } from '../src/api/types';
import { others, takeOver } from '../src/shop/same_crop';

const photo = { id: 'p', version: 'v', width: 6000, height: 4000 } as PhotoView;
const product = (id: string, width_in: number, height_in: number) => ({ id, width_in, height_in, nodes: 1 }) as Product;
const products = { products: [product('4x6', 4, 6), product('8x12', 8, 12), product('8x10', 8, 10)] } as Products;
const whole = { rect: { x: 0, y: 0, width: 1, height: 1 }, quarter_turns: 0, angle: 0, aspect: [4, 6] as [number, number] };
const corner = { ...whole, rect: { x: 0.5, y: 0.5, width: 0.5, height: 0.5 } };
const line = (id: string, product: string, crop = whole, version = 'v'): CartLine => ({
  id,
  product,
  quantity: 1,
  nodes: [{ photo: 'p', version, crop }],
});

describe('copying a crop', () => {
  it('finds the other prints of the picture, and only those that differ', () => {
    const lines = [line('a', '4x6', corner), line('b', '8x12'), line('c', '4x6', whole, 'older'), line('d', 'gone')];
    expect(others(lines, lines[0]!, photo, products)).toEqual(['b']);
    const same = takeOver(lines[0]!, photo, products)(lines[1]!);
    expect(others([lines[0]!, same], lines[0]!, photo, products)).toEqual([]);
    expect(same.nodes[0]?.crop.rect.x).toBeCloseTo(0.5, 6);
  });

  it('keeps place and about the extent in another shape', () => {
    const taken = takeOver(line('a', '4x6', corner), photo, products)(line('b', '8x10'));
    const { crop } = taken.nodes[0]!;
    expect((crop.rect.width * photo.width) / (crop.rect.height * photo.height)).toBeCloseTo(10 / 8, 6);
    expect(crop.rect.x + crop.rect.width).toBeLessThanOrEqual(1);
    expect(crop.rect.x + crop.rect.width / 2).toBeGreaterThan(0.7);
  });
});
