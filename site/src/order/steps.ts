// The way of a line as customers see it: fewer steps than the trade has stages.
import type { OrderView, Stage } from '../api/types';
import type { MessageKey } from '../language';

export type Step = 'placed' | 'approved' | 'prepared' | 'lab' | 'printing' | 'printed' | 'shipped';

export const STEPS: readonly Step[] = ['placed', 'approved', 'prepared', 'lab', 'printing', 'printed', 'shipped'];

/** Of digitals and the studio's own items. */
export const SHORT: readonly Step[] = ['placed', 'approved', 'shipped'];

const OF_STAGE: Record<Exclude<Stage, 'cancelled'>, Step> = {
  placed: 'placed',
  approved: 'approved',
  rendering: 'prepared',
  sent: 'prepared',
  received: 'lab',
  verified: 'lab',
  printing: 'printing',
  printed: 'printed',
  shipped: 'shipped',
};

/** How many steps are reached; -1 when cancelled. */
export function reached(stage: Stage, steps: readonly Step[] = STEPS): number {
  if (stage === 'cancelled') return -1;
  const at = steps.indexOf(OF_STAGE[stage]);
  // A stage between two of the fewer steps stands at the one before.
  return at < 0 ? steps.length - 2 : at;
}

export function nameOfStep(step: Step, pickUp: boolean): MessageKey {
  return step === 'shipped' && pickUp ? 'step.to_studio' : `step.${step}`;
}

export type SummaryOf = { key: MessageKey; done: number; total: number };

export function summaryOf(order: OrderView): SummaryOf {
  const live = order.lines.filter((l) => l.stage !== 'cancelled');
  const total = live.length;
  const done = live.filter((l) => l.stage === 'shipped').length;
  const of = (key: MessageKey) => ({ key, done, total });
  if (order.state === 'cancelled' || total === 0) return of('order.cancelled');
  if (done === total) return of(live.every((l) => l.files?.state === 'ready') ? 'files.ready' : 'order.summary.done');
  if (done > 0) return of('order.summary.partly');
  if (live.every((l) => l.stage === 'printed')) return of('order.summary.printed');
  return of(order.state === 'placed' ? 'order.summary.waiting' : 'order.summary.working');
}

/** Nothing more will change, so nobody needs to ask. */
export const settled = (order: OrderView): boolean =>
  order.state === 'cancelled' || order.lines.every((l) => l.stage === 'shipped' || l.stage === 'cancelled');
