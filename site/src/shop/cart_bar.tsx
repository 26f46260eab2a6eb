// The bar at the foot of the gallery while something is in the cart.
import { Icon } from '../interface/icon';
import { t } from '../language';
import { pieces, useCart } from './cart';

export function CartBar({ gallery }: { gallery: string }) {
  const { lines } = useCart(gallery);
  const count = pieces(lines ?? []);
  if (count === 0) return null;
  return (
    <nav class="cart-bar" aria-label={t('cart.title')}>
      <a class="button" href={`/g/${gallery}/cart`}>
        <Icon name="cart" />
        <span>{t('cart.open')}</span>
        <span class="cart-bar-count">{t('cart.count', { count })}</span>
      </a>
    </nav>
  );
}
