// An order is placed once, however often the button is pressed or the answer is lost.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoAnswer } from '../src/api/call';
import type { PlaceOrder } from '../src/api/types';
import { answered, begin, settle, unanswered } from '../src/checkout/attempt';

const order = (minor: number): PlaceOrder => ({
  lines: [], customer: { name: 'A', email: 'a@b.c', phone: null }, destination: { kind: 'pick_up' }, note: null, payment: 'pay_studio',
  total_shown: { minor, currency: 'EUR' },
});

/** A host like order-api: one order a key, another content with the same key refused. */
function host() {
  const state = { orders: new Map<string, string>(), lose: 0, status: 200 };
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    const key = new Headers(init.headers).get('idempotency-key') ?? '';
    const body = String(init.body);
    if (state.status !== 200) return new Response(JSON.stringify({ code: 'price_changed', message: 'no' }), { status: state.status });
    const before = state.orders.get(key);
    if (before !== undefined && before !== body) return new Response(JSON.stringify({ code: 'key_reused', message: 'no' }), { status: 409 });
    state.orders.set(key, body);
    if (state.lose > 0) {
      state.lose -= 1;
      throw new TypeError('lost');
    }
    return new Response(JSON.stringify({ order: 'ord_1', number: '1', secret: key, total: order(1).total_shown }));
  });
  return state;
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('an attempt', () => {
  it('asks again by itself with the same key when answers are lost', async () => {
    const there = host();
    there.lose = 2;
    const placed = await settle(begin('gal_a', order(100), ['l']));
    expect(there.orders.size).toBe(1);
    expect(there.orders.has(placed.secret)).toBe(true);
    // Left before the customer is on her way: the page asks again and gets the same order.
    expect((await settle(unanswered('gal_a')!)).secret).toBe(placed.secret);
    expect(there.orders.size).toBe(1);
    answered('gal_a');
    expect(unanswered('gal_a')).toBeNull();
  }, 20_000);

  it('outlives a page that never heard the answer', async () => {
    const there = host();
    there.lose = 99;
    const first = begin('gal_b', order(100), ['l']);
    await expect(settle(first)).rejects.toBeInstanceOf(NoAnswer);
    there.lose = 0;
    // The form was changed meanwhile: what was sent is settled first, with its own words.
    const second = begin('gal_b', order(999), ['other']);
    expect(second).toEqual(first);
    await settle(second);
    expect(there.orders.size).toBe(1);
    expect(JSON.parse([...there.orders.values()][0]!)).toEqual(order(100));
  }, 30_000);

  it('ends with the host’s no, so that the next one has a new key', async () => {
    const there = host();
    there.status = 409;
    const first = begin('gal_c', order(100), []);
    await expect(settle(first)).rejects.toMatchObject({ code: 'price_changed' });
    expect(unanswered('gal_c')).toBeNull();
    expect(begin('gal_c', order(100), []).key).not.toBe(first.key);
  });

  it('makes keys that the host takes', () => {
    expect(begin('gal_d', order(1), []).key).toMatch(/^[0-9a-f]{40}$/);
  });
});
