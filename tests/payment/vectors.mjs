// Signatures of webhook messages by Stripe's own library, for the tests of functions/order-api/src/payment:
// an independent reading of the format. `npm ci && npm run vectors` writes vectors.json anew; with
// `--check` it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import Stripe from 'stripe';

const stripe = new Stripe('sk_test_nothing_is_asked');
const file = new URL('./vectors.json', import.meta.url);

const cases = [
  { secret: 'whsec_test', timestamp: 1_750_000_000, payload: '{"id":"evt_1"}' },
  { secret: 'whsec_5f2ab7c0d1e94c1f8a3b', timestamp: 1_750_000_001, payload: JSON.stringify({ type: 'charge.refunded', data: { object: { note: 'Zoë – “ünïcode” \u{1F4F7}' } } }, null, 2) },
  { secret: 'whsec_x', timestamp: 1, payload: '' },
  { secret: 'whsec_long'.repeat(40), timestamp: 4_102_444_800, payload: 'x'.repeat(5_000) },
];
const vectors = cases.map((c) => ({ ...c, header: stripe.webhooks.generateTestHeaderString(c) }));

// The library believes its own signatures, and not another's: so the vectors say something.
for (const v of vectors.filter((v) => v.payload.startsWith('{'))) {
  stripe.webhooks.constructEvent(v.payload, v.header, v.secret, 1e12);
  let refused = false;
  try {
    stripe.webhooks.constructEvent(v.payload + ' ', v.header, v.secret, 1e12);
  } catch {
    refused = true;
  }
  if (!refused) throw new Error('the library believed a changed message');
}

const text = JSON.stringify(vectors, null, 2) + '\n';
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) throw new Error('vectors.json is not what the library makes');
  console.log(`${vectors.length} signatures are as the library makes them`);
} else writeFileSync(file, text);
