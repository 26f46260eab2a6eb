// The line at the top: whose gallery it is, and the way to cart and orders.
import { t } from '../language';
import { pieces, useCart } from '../shop/cart';
import { Icon } from './icon';

export function Masthead({ gallery, studio, plain = false }: { gallery: string; studio: string; plain?: boolean }) {
  return (
    <header class="masthead">
      <a class="masthead-name" href={`/g/${gallery}`}>
        {plain && <Icon name="back" />}
        <span>{studio}</span>
      </a>
      {!plain && <CartLink gallery={gallery} />}
    </header>
  );
}

function CartLink({ gallery }: { gallery: string }) {
  const { lines } = useCart(gallery);
  const count = pieces(lines ?? []);
  if (count === 0) return null;
  return (
    <a class="round" href={`/g/${gallery}/cart`} aria-label={`${t('cart.open')}, ${t('cart.count', { count })}`}>
      <Icon name="cart" />
      <span class="badge" aria-hidden="true">
        {count}
      </span>
    </a>
  );
}
