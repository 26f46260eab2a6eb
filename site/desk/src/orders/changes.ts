// Asking the agent for changes of an order: each says which revision it was decided on, and who sat there.
import { post } from '../api';
import type { Crop, Line, ShownOrder } from '../types';
import { person } from '../person';

export type Change =
  | { kind: 'crop'; line: number; node: number; crop: Crop }
  | { kind: 'newer'; line: number; node: number }
  | { kind: 'replace'; line: number; node: number; photo: string }
  | { kind: 'split'; line: number; copies: number }
  | { kind: 'merge'; line: number; into: number };

export const adjust = (shown: ShownOrder, change: Change): Promise<unknown> =>
  post(`/api/orders/${shown.number}/adjust`, { revision: shown.order.revision, by: person.get(), change });

/** Lines this one could join: the same product with the same pictures, cropped alike. */
export function twins(lines: Line[], line: Line): Line[] {
  const key = (l: Line) => JSON.stringify([l.product, l.width_in, l.height_in, l.surface, l.nodes.map((n) => [n.photo, n.version, n.crop])]);
  return lines.filter((other) => other.no !== line.no && key(other) === key(line));
}
