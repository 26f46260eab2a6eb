// Words and numbers as a studio reads them. The desk speaks English, like the agent's commands.
import { money } from '../../src/language';
import type { Destination, Line, Money, Order, Stage } from './types';

const STAGES: Record<Stage, string> = {
  placed: 'waits for approval',
  approved: 'approved',
  rendering: 'rendering',
  sent: 'sent to lab',
  received: 'received by lab',
  verified: 'verified by lab',
  printing: 'printing',
  printed: 'printed',
  shipped: 'shipped',
  cancelled: 'cancelled',
};

export const stageWord = (stage: Stage): string => STAGES[stage];
export const price = (value: Money): string => money(value);
export const count = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

export const when = (ms: number): string =>
  new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false }).format(ms);
export const day = (ms: number): string => new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' }).format(ms);

export function ago(ms: number, now = Date.now()): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return day(ms);
}

export function destination(to: Destination): string {
  if (to.kind === 'pick_up') return 'Pick-up at the studio';
  if (to.kind === 'ship_to_school') return [to.school, to.class, to.child].filter(Boolean).join(', ');
  const a = to.address;
  return [a.name, a.line1, a.line2, `${a.postal_code} ${a.city}`, a.region, a.country].filter(Boolean).join(', ');
}

export const inches = (line: Pick<Line, 'width_in' | 'height_in'>): string => `${line.width_in} × ${line.height_in} in`;
export const prints = (order: Order): number => order.lines.reduce((sum, line) => sum + line.quantity, 0);
