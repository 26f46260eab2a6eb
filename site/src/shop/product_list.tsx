// The formats and papers of the price list, one to choose.
import type { PhotoView, Product, Products } from '../api/types';
import { money, number, t } from '../language';
import { about, listPrice, partsOf } from './products';

interface ProductListProps {
  products: Products;
  photo: PhotoView;
  chosen: Product;
  onChoose: (product: Product) => void;
}

export function ProductList({ products, photo, chosen, onChoose }: ProductListProps) {
  const price = (minor: number) => money({ minor, currency: products.currency });
  return (
    <fieldset class="products">
      <legend class="label">{t('choose.size')}</legend>
      {products.products.map((p) => {
        const [long, short] = [Math.max(p.width_in, p.height_in), Math.min(p.width_in, p.height_in)];
        const cheaper = p.breaks.filter((b) => b.price_minor < p.price_minor)[0];
        return (
          <label key={p.id} class={p.id === chosen.id ? 'product on' : 'product'}>
            <input type="radio" name="product" value={p.id} checked={p.id === chosen.id} onChange={() => onChoose(p)} />
            <Shape long={long || 1} short={short || 1} upright={photo.height > photo.width} />
            <span class="product-text">
              <span class="product-name">{p.name}</span>
              <span class="hint">
                {[about(p), p.kind?.type === 'unit' && t('kind.pieces', { count: p.kind.pieces }), p.nodes > 1 && t('choose.pictures_needed', { count: p.nodes })]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {p.kind?.type === 'package' && (
                <span class="hint">
                  {partsOf(products, p)
                    .map((part) => `${number(part.quantity)} × ${part.product.name}`)
                    .join(', ')}
                </span>
              )}
              {cheaper && (
                <span class="hint">{t('choose.break', { count: cheaper.from, price: price(cheaper.price_minor) })}</span>
              )}
            </span>
            <span class="product-price">{price(listPrice(p, photo))}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** The format's outline, larger for larger prints, so that sizes can be compared at a glance. */
function Shape({ long, short, upright }: { long: number; short: number; upright: boolean }) {
  const side = 12 + 20 * Math.min(1, Math.sqrt(long / 24));
  const other = (side * short) / long;
  const [width, height] = upright ? [other, side] : [side, other];
  return (
    <span class="shape" aria-hidden="true">
      <span style={{ width: `${width}px`, height: `${height}px` }} />
    </span>
  );
}
