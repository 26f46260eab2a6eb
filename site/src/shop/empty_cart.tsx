// Nothing is in the cart. Whoever has just ordered and came back to it finds the order here.
import { Message } from '../interface/message';
import { t } from '../language';
import { YourOrders } from '../order/your_orders';

export function EmptyCart({ gallery }: { gallery: string }) {
  return (
    <Message title={t('cart.empty.title')} text={t('cart.empty.text')} below={<YourOrders gallery={gallery} />}>
      <a class="button" href={`/g/${gallery}`}>
        {t('cart.empty.action')}
      </a>
    </Message>
  );
}
