// Where an order goes, whom it reaches, and how to follow the parcel.
import type { OrderView } from '../api/types';
import { countryName, t } from '../language';

export function Destination({ order, carried }: { order: OrderView; carried: boolean }) {
  const { destination, customer } = order;
  return (
    <dl class="order-where">
      <div>
        {!carried ? (
          <>
            <dt>{t('order.download')}</dt>
            <dd>{t('order.download.text')}</dd>
          </>
        ) : destination.kind === 'ship_to' ? (
          <>
            <dt>{t('order.ship_to')}</dt>
            <dd>
              <address>
                {[
                  destination.address.name,
                  destination.address.line1,
                  destination.address.line2,
                  `${destination.address.postal_code} ${destination.address.city}`,
                  destination.address.region,
                  countryName(destination.address.country),
                ]
                  .filter(Boolean)
                  .map((part) => (
                    <span key={part}>{part}</span>
                  ))}
              </address>
            </dd>
          </>
        ) : destination.kind === 'ship_to_school' ? (
          <>
            <dt>{t('order.school')}</dt>
            <dd>{[destination.school, destination.class, destination.child].filter(Boolean).join(', ')}</dd>
          </>
        ) : (
          <>
            <dt>{t('checkout.delivery')}</dt>
            <dd>{t('order.pick_up', { studio: order.studio_name })}</dd>
          </>
        )}
      </div>
      <div>
        <dt>{t('order.contact')}</dt>
        <dd>{[customer.name, customer.email, customer.phone].filter(Boolean).join(', ')}</dd>
      </div>
      {order.note && (
        <div>
          <dt>{t('order.note')}</dt>
          <dd class="order-note">{order.note}</dd>
        </div>
      )}
      {order.tracking.length > 0 && (
        <div>
          <dt>{t('order.tracking')}</dt>
          <dd>{order.tracking.join(', ')}</dd>
        </div>
      )}
    </dl>
  );
}
