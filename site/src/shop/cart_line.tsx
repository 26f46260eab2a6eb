// One line of the cart, and what may have happened to its pictures since it was put there.
import type { CartLine, PhotoView, Product, QuotedLine } from '../api/types';
import { nameOf } from '../gallery/tile';
import { hasBorder, softBelowPpi } from '../geometry';
import { Icon } from '../interface/icon';
import { Stepper } from '../interface/stepper';
import { money, number, t } from '../language';
import { Cropped } from './cropped';
import { about, hasPaper } from './products';

interface CartLineProps {
  line: CartLine;
  product: Product | null;
  /** `null`: withdrawn; `undefined`: not known yet. */
  pictures: (PhotoView | null | undefined)[];
  quoted: QuotedLine | null;
  onQuantity: (quantity: number) => void;
  onEdit: () => void;
  onCopy: () => void;
  onRemove: () => void;
}

export function CartLineView({ line, product, pictures, quoted, onQuantity, onEdit, onCopy, onRemove }: CartLineProps) {
  const gone = pictures.some((p) => p === null);
  const first = pictures[0];
  const renewed = line.nodes.some((n, i) => pictures[i] != null && pictures[i]?.version !== n.version);
  const name = first ? nameOf(first) : gone ? t('cart.gone') : '';
  const wanted = product && hasPaper(product) ? softBelowPpi(product.width_in, product.height_in) : softBelowPpi(8, 10);
  const whole = line.nodes.some((n) => hasBorder(n.crop));
  const soft = quoted !== null && (quoted.warning != null || (product !== null && hasPaper(product) && quoted.ppi < wanted));
  return (
    <li class={gone ? 'cart-line gone' : 'cart-line'}>
      <div class="cart-pictures">
        {line.nodes.slice(0, 4).map((node, i) => {
          const picture = pictures[i];
          const size = line.nodes.length > 1 ? 53 : 112;
          return picture ? (
            <Cropped key={i} picture={picture} crop={node.crop} size={size} />
          ) : (
            <div key={i} class="cropped blank" style={{ width: `${size}px`, height: `${size * 0.75}px` }} />
          );
        })}
      </div>
      <div class="cart-text">
        <h2>{product?.name ?? line.product}</h2>
        <p class="hint">
          {product && about(product)}
          {line.nodes.length > 1 && `\u00a0· ${t('choose.pictures_needed', { count: line.nodes.length })}`}
          {whole && `\u00a0· ${t('crop.whole')}`}
        </p>
        <p class="cart-name">{name}</p>
      </div>
      <div class="cart-more">
        {gone && <Note text={t('cart.gone.text')} />}
        {!product && <Note text={t('cart.product_gone')} />}
        {renewed && !gone && <Note text={t('cart.renewed')} action={{ label: t('cart.renewed.check'), run: onEdit }} />}
        {soft && quoted && <Note text={t(whole ? 'crop.soft.whole' : 'crop.soft', { ppi: number(quoted.ppi), wanted: number(wanted) })} />}
        <div class="cart-actions">
          {!gone && product && (
            <>
              <button type="button" class="link" onClick={onEdit}>
                {t('cart.edit')}
              </button>
              <button type="button" class="link" onClick={onCopy}>
                {t('cart.copy')}
              </button>
            </>
          )}
          <button type="button" class="link" aria-label={`${t('cart.remove')}: ${name}`} onClick={onRemove}>
            {t('cart.remove')}
          </button>
        </div>
      </div>
      <div class="cart-price">
        <strong>{quoted ? money(quoted.total) : ''}</strong>
        {!gone && <Stepper label={t('cart.quantity_of', { name: product?.name ?? name })} value={line.quantity} onChange={onQuantity} />}
      </div>
    </li>
  );
}

function Note({ text, action }: { text: string; action?: { label: string; run: () => void } }) {
  return (
    <p class="note">
      <Icon name="warning" />
      <span>
        {text}{' '}
        {action && (
          <button type="button" class="link" onClick={action.run}>
            {action.label}
          </button>
        )}
      </span>
    </p>
  );
}
