// That an order costs more after a day, or already does.
import type { Products } from '../api/types';
import { dateAndTime, money, t } from '../language';

export function LateNotice({ products }: { products: Products }) {
  const fee = products.late_fee;
  if (!fee || fee.minor === 0) return null;
  const amount = money({ minor: fee.minor, currency: products.currency });
  const late = Date.now() > fee.after;
  return <p class="hint">{t(late ? 'cart.late' : 'cart.late_soon', { amount, date: dateAndTime(fee.after) })}</p>;
}
