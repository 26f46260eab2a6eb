// One line of an order with its way from order to print.
import type { OrderLineView } from '../api/types';
import { hasBorder } from '../geometry';
import { date, dateAndTime, money, number, t } from '../language';
import { Cropped } from '../shop/cropped';
import { STEPS, nameOfStep, reached } from './steps';

export function OrderLine({ line, pickUp }: { line: OrderLineView; pickUp: boolean }) {
  const at = reached(line.stage);
  const present = STEPS[at];
  return (
    <li class="order-line">
      <div class="cart-pictures">
        {line.pictures.slice(0, 4).map((p, i) => (
          <Cropped key={i} picture={p} crop={p.crop} size={line.pictures.length > 1 ? 56 : 112} />
        ))}
      </div>
      <div class="order-line-text">
        <h3>{line.product_name}</h3>
        <p class="hint">
          {t(`surface.${line.surface}`)} · {number(line.quantity)} × · {line.pictures.map((p) => p.file_name).join(', ')}
          {line.pictures.some((p) => hasBorder(p.crop)) && ` · ${t('crop.whole')}`}
        </p>
      </div>
      <strong class="order-line-price">{money(line.total)}</strong>
      <div class="steps-place">
        {present ? (
          <ol class="steps" aria-label={t('order.step', { index: at + 1, total: STEPS.length, name: t(nameOfStep(present, pickUp)) })}>
            {STEPS.map((step, i) => (
              <li
                key={step}
                class={i < at ? 'step done' : i === at ? 'step now' : 'step'}
                {...(i === at ? { 'aria-current': 'step' as const } : {})}
              >
                <span>{t(nameOfStep(step, pickUp))}</span>
              </li>
            ))}
          </ol>
        ) : (
          <p class="pill cancelled">{t('step.cancelled')}</p>
        )}
        {line.adjusted_at != null && <p class="hint">{t('order.adjusted', { date: date(line.adjusted_at) })}</p>}
        <p class="hint">
          {line.on_hold ? t('order.hold') : t('order.updated', { date: dateAndTime(line.updated_at) })}
        </p>
      </div>
    </li>
  );
}
