// The orders this device has placed in a gallery.
import { remembered } from '../device';
import { t } from '../language';

export function YourOrders({ gallery }: { gallery: string }) {
  const orders = remembered().orders.filter((o) => o.gallery === gallery);
  if (orders.length === 0) return null;
  return (
    <nav class="your-orders" aria-label={t('gallery.your_orders')}>
      <span>{t('gallery.your_orders')}:</span>
      {orders.map((o) => (
        <a key={o.secret} href={`/order/${o.secret}`}>
          {o.number}
        </a>
      ))}
    </nav>
  );
}
