// A stand-in for Stripe (https://docs.stripe.com/api) as far as a paying customer meets it: sessions that are made
// and read with the studio's key, the page on which she pays, and the signed message to the host.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { BrowserContext } from '@playwright/test';

export const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
export const WEBHOOK = 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH';

type Session = Record<string, unknown> & { id: string; success_url: string };

export async function stripe(port: number, webhook: () => string) {
  const sessions = new Map<string, Session>();
  const told: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = (status: number, json: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.headers.authorization !== `Bearer ${KEY}`) return answer(401, { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } });
    const read = /^\/v1\/checkout\/sessions\/(\w+)$/.exec(request.url!);
    if (read) return answer(200, sessions.get(read[1]!)!);
    if (request.url !== '/v1/checkout/sessions' || request.method !== 'POST') return answer(404, { error: { type: 'invalid_request_error', message: 'Unrecognized request URL' } });
    const form = new URLSearchParams(body);
    const key = String(request.headers['idempotency-key']);
    const before = [...sessions.values()].find((s) => s.key === key);
    const id = `cs_test_${sessions.size + 1}`;
    const session: Session = before ?? {
      id, key, object: 'checkout.session', status: 'open', payment_status: 'unpaid', payment_intent: null,
      url: `https://checkout.stripe.com/c/pay/${id}`, success_url: form.get('success_url')!,
      amount_total: Number(form.get('line_items[0][price_data][unit_amount]')),
      currency: form.get('line_items[0][price_data][currency]'),
      metadata: { darkslide_order: form.get('metadata[darkslide_order]') },
    };
    sessions.set(session.id, session);
    return answer(200, session);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));

  /** Stripe's own page, in this browser; its button pays, and Stripe tells the host. */
  const pages = (context: BrowserContext) =>
    context.route('https://checkout.stripe.com/**', async (route) => {
      const id = new URL(route.request().url()).pathname.split('/')[3]!;
      const session = sessions.get(id)!;
      if (route.request().method() === 'POST') {
        Object.assign(session, { status: 'complete', payment_status: 'paid', payment_intent: `pi_${id}`, url: null });
        const message = JSON.stringify({ id: `evt_${id}`, object: 'event', type: 'checkout.session.completed', created: Math.floor(Date.now() / 1000), data: { object: session } });
        const at = Math.floor(Date.now() / 1000);
        const signature = `t=${at},v1=${createHmac('sha256', WEBHOOK).update(`${at}.${message}`).digest('hex')}`;
        const said = await fetch(webhook(), { method: 'POST', body: message, headers: { 'content-type': 'application/json', 'stripe-signature': signature } });
        told.push(said.status);
        return route.fulfill({ contentType: 'text/html', body: `<h1>Thank you</h1><a href="${session.success_url}">Back to the shop</a>` });
      }
      return route.fulfill({ contentType: 'text/html', body: `<h1>Pay ${session.amount_total} ${session.currency}</h1><form method="post"><button>Pay</button></form>` });
    });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { sessions, told, pages, close };
}
