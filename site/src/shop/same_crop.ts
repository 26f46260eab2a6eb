// One crop for every print of a picture: taken over into each format, about the same place and extent.
import type { CartLine, CartNode, PhotoView, Product, Products } from '../api/types';
import { wholeAspect } from '../geometry';
import { fromCrop, toCrop } from './pose';
import { hasPaper, slotsOf } from './products';

/** Other lines that show one of this line's pictures in another crop. */
export function others(lines: readonly CartLine[], line: CartLine, photo: PhotoView, products: Products): string[] {
  const taken = takeOver(line, photo, products);
  return lines.filter((l) => l.id !== line.id && JSON.stringify(taken(l)) !== JSON.stringify(l)).map((l) => l.id);
}

/** The line with the crop of `pattern` wherever it shows the same version of the picture. */
export function takeOver(pattern: CartLine, photo: PhotoView, products: Products): (line: CartLine) => CartLine {
  const node = pattern.nodes.find((n) => n.photo === photo.id);
  return (line) => {
    const product = products.products.find((p) => p.id === line.product);
    if (!node || !product) return line;
    const slots = slotsOf(products, product);
    const same = (n: CartNode) => n.photo === photo.id && n.version === node.version;
    const cropped = (n: CartNode, slot: Product | undefined) => {
      if (!same(n) || !slot || !hasPaper(slot)) return n;
      const aspect = wholeAspect(slot.width_in, slot.height_in);
      return { ...n, crop: toCrop(fromCrop(node.crop, photo, aspect), photo, aspect) };
    };
    return { ...line, nodes: line.nodes.map((n, i) => cropped(n, slots[i])) };
  };
}
