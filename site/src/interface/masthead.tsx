// The line at the top: whose gallery it is, and the way to cart and orders.
import type { ImageRef } from '../api/types';
import { t } from '../language';
import { pieces, useCart } from '../shop/cart';
import { Icon } from './icon';

interface MastheadProps {
  gallery: string;
  studio: string;
  logo?: ImageRef | null | undefined;
  plain?: boolean;
}

export function Masthead({ gallery, studio, logo, plain = false }: MastheadProps) {
  return (
    <header class="masthead">
      <a class="masthead-name" href={`/g/${gallery}`}>
        {plain && <Icon name="back" />}
        {logo ? <img class="logo" src={logo.url} width={logo.width} height={logo.height} alt={studio} /> : <span>{studio}</span>}
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
