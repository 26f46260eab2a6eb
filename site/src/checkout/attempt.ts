// Placing an order exactly once. An attempt is a key and the very words that were sent with it, kept until
// the host has answered: a lost answer is asked for again with the same key and words, never with others.
import { HostProblem } from '../api/call';
import { placeOrder } from '../api/order';
import type { OrderPlaced, PlaceOrder } from '../api/types';

export interface Attempt {
  key: string;
  gallery: string;
  order: PlaceOrder;
  /** The cart's lines that it orders, to be taken out of the cart afterwards. */
  lines: string[];
}

const NAME = (gallery: string) => `darkslide attempt ${gallery}`;
let unkept: Attempt | null = null;

export function begin(gallery: string, order: PlaceOrder, lines: string[]): Attempt {
  const open = unanswered(gallery);
  if (open) return open;
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  const key = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  const attempt = { key, gallery, order, lines };
  unkept = attempt;
  try {
    sessionStorage.setItem(NAME(gallery), JSON.stringify(attempt));
  } catch {
    // Refused: the attempt lives as long as this page.
  }
  return attempt;
}

export function unanswered(gallery: string): Attempt | null {
  try {
    const text = sessionStorage.getItem(NAME(gallery));
    if (text !== null) return JSON.parse(text) as Attempt;
  } catch {
    // Fall through to what this page remembers.
  }
  return unkept?.gallery === gallery ? unkept : null;
}

/** Called when the customer is on her way to the order: a page left before that asks again, and gets the same answer. */
export function answered(gallery: string): void {
  unkept = null;
  try {
    sessionStorage.removeItem(NAME(gallery));
  } catch {
    // Nothing was kept.
  }
}

/** Resolves with the order (and stays open until `answered`); rejects with the host's no (the attempt is over) or with silence (it is not). */
export async function settle(attempt: Attempt): Promise<OrderPlaced> {
  try {
    return await placeOrder(attempt.gallery, attempt.key, attempt.order);
  } catch (error) {
    const final = error instanceof HostProblem && error.status < 500 && error.status !== 429 && error.status !== 401;
    if (final) answered(attempt.gallery);
    throw error;
  }
}
