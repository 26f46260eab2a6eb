// Which pile an order lies on: those that wait for the studio, those on their way, those that are done.
import type { OrderRow } from '../types';

export type Pile = 'waiting' | 'going' | 'done';

export function pileOf(row: OrderRow): Pile {
  if (row.state === 'placed') return 'waiting';
  if (row.state === 'cancelled' || row.stage === 'printed' || row.stage === 'shipped') return 'done';
  return 'going';
}
