// The rows of a sum: what was ordered, what is taken off, what is added, and the tax in it. Only figures of the
// host; rows that are nothing are not there.
import type { Discounted, Money, Taxed } from '../api/types';
import { money, percent, t } from '../language';

interface Sum {
  subtotal: Money;
  shipping: Money;
  discount?: Discounted | null;
  late_fee?: Money | null;
  tax?: Taxed | null;
  total: Money;
  prepaid?: Money | null;
}

interface TotalsProps {
  sum: Sum | null;
  /** The next answer is on its way. */
  asking?: boolean;
  /** Nothing is sent by post. */
  carried?: boolean;
}

export function Totals({ sum, asking = false, carried = true }: TotalsProps) {
  const less = (m: Money) => money({ ...m, minor: -m.minor });
  const tax = sum?.tax;
  return (
    <dl class={asking ? 'totals asking' : 'totals'}>
      <Row name={t('cart.subtotal')} value={sum ? money(sum.subtotal) : '–'} />
      {sum?.discount && <Row name={t('cart.discount', { code: sum.discount.code })} value={less(sum.discount.amount)} />}
      {carried && (
        <Row name={t('cart.shipping')} value={sum ? (sum.shipping.minor === 0 ? t('cart.free') : money(sum.shipping)) : '–'} />
      )}
      {sum?.late_fee && <Row name={t('cart.late_fee')} value={money(sum.late_fee)} />}
      {sum && tax && !tax.inclusive && <Row name={`${tax.name} ${percent(tax.basis_points)}`} value={money(tax.amount)} />}
      <div class="total" aria-live="polite">
        <dt>{t('cart.total')}</dt>
        <dd>{sum ? money(sum.total) : asking ? t('cart.quoting') : '–'}</dd>
      </div>
      {sum?.prepaid && <Row name={t('cart.prepaid')} value={less(sum.prepaid)} />}
      {sum?.prepaid && (
        <Row name={t('cart.due')} value={money({ ...sum.total, minor: sum.total.minor - sum.prepaid.minor })} />
      )}
      {tax?.inclusive && (
        <div class="hint">
          <dt>{t('cart.tax_included', { tax: tax.name, rate: percent(tax.basis_points) })}</dt>
          <dd>{money(tax.amount)}</dd>
        </div>
      )}
    </dl>
  );
}

const Row = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
