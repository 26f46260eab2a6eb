// What customers read about the way of their order.
import { describe, expect, it } from 'vitest';
import type { OrderLineView, OrderView, Stage } from '../src/api/types';
import { SHORT, STEPS, reached, settled, summaryOf } from '../src/order/steps';

const stages: Stage[] = ['placed', 'approved', 'rendering', 'sent', 'received', 'verified', 'printing', 'printed', 'shipped'];
const order = (state: OrderView['state'], ...of: Stage[]) =>
  ({ state, lines: of.map((stage) => ({ stage }) as OrderLineView) }) as OrderView;

describe('steps', () => {
  it('only go forward, from the first to the last', () => {
    const way = stages.map((stage) => reached(stage));
    expect(way).toEqual([...way].sort((a, b) => a - b));
    expect(way[0]).toBe(0);
    expect(way.at(-1)).toBe(STEPS.length - 1);
    expect(reached('cancelled')).toBe(-1);
  });

  it('are summed up in one sentence', () => {
    expect(summaryOf(order('placed', 'placed')).key).toBe('order.summary.waiting');
    expect(summaryOf(order('approved', 'approved', 'printing')).key).toBe('order.summary.working');
    expect(summaryOf(order('approved', 'printed', 'printed')).key).toBe('order.summary.printed');
    expect(summaryOf(order('approved', 'shipped', 'printing', 'cancelled'))).toEqual({ key: 'order.summary.partly', done: 1, total: 2 });
    expect(summaryOf(order('approved', 'shipped', 'shipped')).key).toBe('order.summary.done');
    expect(summaryOf(order('cancelled', 'cancelled')).key).toBe('order.cancelled');
  });

  it('end when nothing more can change', () => {
    expect(settled(order('approved', 'shipped', 'cancelled'))).toBe(true);
    expect(settled(order('approved', 'shipped', 'printed'))).toBe(false);
  });

  it('has fewer steps where no lab is needed', () => {
    expect((['placed', 'approved', 'shipped'] as const).map((s) => reached(s, SHORT))).toEqual([0, 1, 2]);
    expect(reached('rendering', SHORT)).toBe(1);
    expect(reached('cancelled', SHORT)).toBe(-1);
  });
});
