// One line of an order with its way from order to print.
import type { OrderLineView } from '../api/types';
import { hasBorder } from '../geometry';
import { date, dateAndTime, money, number, t } from '../language';
import { Cropped } from '../shop/cropped';
import { Files } from './files';
import { SHORT, STEPS, nameOfStep, reached, type Step } from './steps';

/** `first`: of its package; only there is its price. */
export function OrderLine({ line, first, pickUp, onAgain }: { line: OrderLineView; first: boolean; pickUp: boolean; onAgain: () => Promise<void> }) {
  // What goes without a lab has fewer steps.
  const steps = line.kind === undefined || line.kind === 'print' ? STEPS : SHORT;
  const at = reached(line.stage, steps);
  const present = steps[at];
  const name = (step: Step) => t(steps === SHORT && step === 'shipped' ? (line.files?.state === 'ready' ? 'step.ready' : 'step.delivered') : nameOfStep(step, pickUp));
  const pictures = line.pictures.map((p) => p.file_name).join(', ');
  const paper = line.kind === undefined || line.kind === 'print' ? t(`surface.${line.surface}`) : '';
  return (
    <li class="order-line">
      <div class="cart-pictures">
        {line.pictures.slice(0, 4).map((p, i) => (
          <Cropped key={i} picture={p} crop={p.crop} size={line.pictures.length > 1 ? 56 : 112} />
        ))}
      </div>
      <div class="order-line-text">
        <h3>{line.product_name}</h3>
        {line.package && (
          <p class="hint">{t('order.package', { name: `${number(line.package.quantity)} × ${line.package.name}` })}</p>
        )}
        <p class="hint">
          {[`${number(line.quantity)} × ${paper}`.trim(), pictures].filter(Boolean).join('\u00a0· ')}
          {line.pictures.some((p) => hasBorder(p.crop)) && `\u00a0· ${t('crop.whole')}`}
        </p>
      </div>
      <strong class="order-line-price">{line.package && !first ? '' : money(line.total)}</strong>
      <div class="steps-place">
        {present ? (
          <ol class="steps" aria-label={t('order.step', { index: at + 1, total: steps.length, name: name(present) })}>
            {steps.map((step, i) => (
              <li
                key={step}
                class={i < at ? 'step done' : i === at ? 'step now' : 'step'}
                {...(i === at ? { 'aria-current': 'step' as const } : {})}
              >
                <span>{name(step)}</span>
              </li>
            ))}
          </ol>
        ) : (
          <p class="pill cancelled">{t('step.cancelled')}</p>
        )}
        {line.files && <Files files={line.files} onAgain={onAgain} />}
        {line.adjusted_at != null && <p class="hint">{t('order.adjusted', { date: date(line.adjusted_at) })}</p>}
        <p class="hint">
          {line.on_hold ? t('order.hold') : t('order.updated', { date: dateAndTime(line.updated_at) })}
        </p>
      </div>
    </li>
  );
}
