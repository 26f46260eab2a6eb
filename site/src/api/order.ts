// The customers' routes of order-api (`wire::route`).
import { call } from './call';
import type { AskQuote, OrderPlaced, OrderView, PlaceOrder, QuoteView } from './types';

const of = (gallery: string) => `/api/order/${encodeURIComponent(gallery)}`;
const status = (secret: string) => `/api/order/status/${encodeURIComponent(secret)}`;

/** A quote changes nothing, so it may be repeated. */
export const askQuote = (gallery: string, ask: AskQuote, signal?: AbortSignal) =>
  call<QuoteView>('POST', `${of(gallery)}/quote`, { body: ask, repeats: 2, ...(signal ? { signal } : {}) });

/** The key makes repeats safe: the host keeps it for good and answers a repeat with the same order. */
export const placeOrder = (gallery: string, key: string, order: PlaceOrder) =>
  call<OrderPlaced>('POST', `${of(gallery)}/place`, {
    body: order,
    headers: { 'idempotency-key': key },
    repeats: 3,
    timeoutMs: 30_000,
  });

/** The links of one's orders, by e-mail. The host sends one letter an hour, so repeats are safe. */
export const findOrders = (code: string, email: string) =>
  call<void>('POST', '/api/order/find', { body: { code, email }, reopen: false, repeats: 2 });
export const readOrder = (secret: string) => call<OrderView>('GET', status(secret), { reopen: false });
/** Where to pay; null: it is paid. */
export const payOrder = (secret: string) =>
  call<{ url: string | null }>('POST', `${status(secret)}/pay`, { body: {}, reopen: false, repeats: 1, timeoutMs: 30_000 });
/** Files whose time is over; asking twice is asking once. */
export const askFilesAgain = (secret: string) =>
  call<OrderView>('POST', `${status(secret)}/files`, { body: {}, reopen: false });
export const cancelOrder = (secret: string) =>
  call<OrderView>('POST', `${status(secret)}/cancel`, { body: {}, reopen: false });
