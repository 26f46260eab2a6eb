// The mock server's gallery: photos, price list and what visitors left, in memory.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { png, scene } from './pictures.mjs';

const SIZES = [[6000, 4000], [4000, 6000], [6000, 4000], [5472, 3648], [3648, 5472], [6000, 4000], [4500, 4500]];
const TITLES = ['First light', 'The vows', 'Under the oak', 'Confetti', 'By the lake', 'Speeches', 'First dance', 'Last light'];
const SECTIONS = ['Getting ready', 'Ceremony', 'Portraits', 'Party'];
const KEYWORDS = ['family', 'friends', 'couple', 'details'];
const SUBJECTS = [
  { subject: 'sub_aaaaaaaaaaaaaaaaaaaaaaaaaa', name: 'Mia Berger', group: '3b' },
  { subject: 'sub_bbbbbbbbbbbbbbbbbbbbbbbbbb', name: 'Jonas Keller', group: '3b' },
];
export const GALLERY = 'gal_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const base32 = (n) => n.toString(32).replace(/[^a-v]/g, (d) => 'wxyz234567'[Number(d)]).padStart(26, 'w');

/** With MOCK_PHOTOS=dir, pictures come from dir/{micro,thumbnail,proof}/*.jpg and dir/photos.json. */
const real = process.env.MOCK_PHOTOS && existsSync(join(process.env.MOCK_PHOTOS, 'photos.json'))
  ? JSON.parse(readFileSync(join(process.env.MOCK_PHOTOS, 'photos.json'), 'utf8'))
  : null;

export function makePhotos(count) {
  return Array.from({ length: count }, (_, i) => {
    const drawn = real?.[i % real.length];
    const [width, height] = drawn ? [drawn.width, drawn.height] : SIZES[(i * 7 + (i >> 2)) % SIZES.length];
    const within = (side) => {
      const scale = side / Math.max(width, height);
      return { width: Math.round(width * scale), height: Math.round(height * scale) };
    };
    const id = `pho_${base32(i + 1)}`;
    const url = (kind) => `/img/${GALLERY}/${i}-${kind}?t=1.mock`;
    return {
      id,
      version: String(i).padStart(64, '0'),
      width,
      height,
      title: i % 3 === 2 ? undefined : (drawn?.title ?? TITLES[i % TITLES.length]),
      caption: i % 5 === 0 ? 'A caption that says in a line or two what was going on.' : undefined,
      file_name: drawn?.name ?? `IMG_${4000 + i}.jpg`,
      section: SECTIONS[Math.floor((i / count) * SECTIONS.length)],
      captured_at: `2026-06-2${i < count * 0.8 ? 0 : 1}T16:00:00`,
      keywords: [KEYWORDS[i % 4]],
      subject: SUBJECTS[i % 2].subject,
      favourite: false,
      micro: image(i, 'micro', within(64)).toString('base64'),
      thumbnail: { url: url('thumbnail'), ...within(400) },
      proof: { url: url('proof'), ...within(2048) },
    };
  });
}

const drawn = new Map();
function image(index, kind, size) {
  if (real) return readFileSync(join(process.env.MOCK_PHOTOS, kind, `${real[index % real.length].file}.jpg`));
  // Many photos share a drawing: 5,000 of them must not take minutes.
  const key = `${index % 24} ${kind} ${size.width} ${size.height}`;
  if (!drawn.has(key)) drawn.set(key, png(size.width, size.height, scene(index % 24, size.width / size.height)));
  return drawn.get(key);
}

export function readImage(photos, name) {
  const [, index, kind] = /^(\d+)-(thumbnail|proof)$/.exec(name) ?? [];
  const photo = photos[Number(index)];
  if (!photo) return null;
  // Drawn proofs are half as large: PNG of 2048 pixels would slow tests down.
  const size = kind === 'proof' ? { width: photo.proof.width >> 1, height: photo.proof.height >> 1 } : photo.thumbnail;
  return { type: real ? 'image/jpeg' : 'image/png', body: image(Number(index), kind, size) };
}

export function viewOf(photos, hearts, settings = {}) {
  const count = (name) => {
    const counts = new Map();
    for (const p of photos) for (const v of [p[name]].flat()) counts.set(v, (counts.get(v) ?? 0) + 1);
    return [...counts].map(([value, n]) => ({ value, photos: n }));
  };
  return {
    gallery: GALLERY,
    name: process.env.MOCK_NAME ?? 'Clara & Jonas',
    studio_name: settings.studio_name ?? 'Atelier Nordlicht',
    welcome: 'Thank you for letting us be part of your day.\nTake your time, and enjoy looking back.',
    sells_prints: true,
    expires_at: Date.UTC(2027, 2, 1),
    photos: photos.length,
    favourites: hearts.size,
    sections: count('section'),
    keywords: count('keywords'),
    subjects: SUBJECTS.map((s) => ({ ...s, photos: photos.filter((p) => p.subject === s.subject).length })),
    days: [...new Set(photos.map((p) => p.captured_at.slice(0, 10)))].map((value) => ({ value, photos: 1 })),
    look: settings.look ?? {},
    selection_limit: settings.selection_limit ?? null,
  };
}

const product = (id, name, width_in, height_in, surface, price_minor, nodes = 1, breaks = []) => ({
  id, name, width_in, height_in, surface, nodes, price_minor, group_prices: [], breaks,
});
// A part of the host's table (`domain::address_rule`).
const addresses = [
  { country: 'DE', postal_codes: ['99999'], needs_region: false },
  { country: 'GB', postal_codes: ['A99AA', 'A999AA', 'A9A9AA', 'AA99AA', 'AA999AA', 'AA9A9AA'], needs_region: false },
  { country: 'US', postal_codes: ['99999', '999999999'], needs_region: true },
];
export const PRODUCTS = {
  addresses,
  currency: 'EUR',
  products: [
    product('4x6-glossy', 'Small print', 4, 6, 'glossy', 350, 1, [{ from: 10, price_minor: 290 }]),
    product('8x10-lustre', 'Portrait print', 8, 10, 'lustre', 1800),
    product('12x18-matte', 'Fine art print', 12, 18, 'matte', 4900),
    product('20x20-matte', 'Square for the wall', 20, 20, 'matte', 8900),
    product('wallets-lustre', 'Wallet set', 2.5, 3.5, 'lustre', 1600, 4),
  ],
  shipping: { flat_minor: 590, pick_up: true },
  straighten: true,
  minimum_minor: 0,
};

/** A list with everything a price list can say. */
export const EVERYTHING = {
  ...PRODUCTS,
  products: [
    ...PRODUCTS.products.slice(0, 4),
    { ...product('wallets-8', 'Eight wallets', 2.5, 3.5, 'glossy', 1600), kind: { type: 'unit', pieces: 8 } },
    {
      ...product('package-a', 'Package A', 0, 0, 'lustre', 5900, 3),
      kind: { type: 'package', items: [{ product: '8x10-lustre', quantity: 1 }, { product: '4x6-glossy', quantity: 2 }, { product: 'wallets-8', quantity: 1 }] },
    },
    { ...product('file', 'Full-resolution file', 0, 0, 'lustre', 2500), kind: { type: 'digital', of: 'photo', release: 'Private prints in any number; no publication.' } },
    { ...product('all', 'All files', 0, 0, 'lustre', 19900, 0), kind: { type: 'digital', of: 'gallery', release: '' } },
  ],
  shipping: {
    flat_minor: 590, pick_up: true, classes: [{ name: 'tube', minor: 990 }], free_from_minor: 15000, countries: ['DE', 'AT', 'CH'],
    school: { name: null, minor: 0, until: Date.UTC(2099, 9, 1) },
  },
  minimum_minor: 1000,
  tax: { name: 'MwSt.', basis_points: 1900, inclusive: true },
  has_discounts: true,
  late_fee: { minor: 500, after: Date.UTC(2099, 8, 20, 18) },
  payments: ['stripe', 'pay_studio'],
};
