// The price list of a gallery, read once a visit, and how its formats are named here.
import { useEffect, useState } from 'preact/hooks';
import { readProducts } from '../api/gallery';
import type { PhotoView, Product, Products } from '../api/types';
import { language, number, t } from '../language';

const read = new Map<string, Promise<Products>>();

export function productsOf(gallery: string): Promise<Products> {
  let products = read.get(gallery);
  if (!products) {
    products = readProducts(gallery);
    read.set(gallery, products);
    products.catch(() => read.delete(gallery));
  }
  return products;
}

export function useProducts(gallery: string): { products: Products | null; error: unknown; retry: () => void } {
  const [state, setState] = useState<{ products: Products | null; error: unknown }>({ products: null, error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    productsOf(gallery).then(
      (products) => !gone && setState({ products, error: null }),
      (error: unknown) => !gone && setState({ products: null, error }),
    );
    return () => {
      gone = true;
    };
  }, [gallery, tries]);
  return { ...state, retry: () => setTries((n) => n + 1) };
}

/** What it is made of: a package's items, or itself. */
export function partsOf(products: Products, product: Product): { product: Product; quantity: number }[] {
  if (product.kind?.type !== 'package') return [{ product, quantity: 1 }];
  return product.kind.items.flatMap((item) => {
    const part = products.products.find((p) => p.id === item.product);
    return part ? [{ product: part, quantity: item.quantity }] : [];
  });
}

/** For each picture to choose, what it goes on. */
export const slotsOf = (products: Products, product: Product): Product[] =>
  partsOf(products, product).flatMap((part) => Array.from({ length: part.product.nodes }, () => part.product));

export const hasPaper = (product: Product): boolean => product.width_in > 0;

/** Whether anything of it is carried to the customer. */
export const isPhysical = (products: Products, product: Product): boolean =>
  partsOf(products, product).some((part) => part.product.kind?.type !== 'digital');

/** Size and paper, or what else it is. */
export function about(product: Product): string {
  if (hasPaper(product)) return `${formatOf(product)} · ${t(`surface.${product.surface}`)}`;
  if (product.kind?.type === 'digital') return t(product.kind.of === 'gallery' ? 'kind.gallery' : 'kind.digital');
  return product.kind?.type === 'package' ? t('kind.package') : '';
}

/** Inches where people think in inches, else centimetres. */
export function formatOf(product: Product): string {
  const [a, b] = [product.width_in, product.height_in];
  if (language().startsWith('en')) return `${number(a)} × ${number(b)} in`;
  const cm = (inches: number) => number(Math.round(inches * 2.54 * 2) / 2);
  return `${cm(a)} × ${cm(b)} cm`;
}

/** What one costs at a photo's price group, for the list; what is charged is the host's quote. */
export function listPrice(product: Product, photo: PhotoView): number {
  if (product.nodes === 0) return product.price_minor;
  return product.group_prices.find((g) => g.group === photo.price_group)?.price_minor ?? product.price_minor;
}
