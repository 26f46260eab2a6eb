// A stand-in for the agent behind the desk's page: a few orders, galleries and problems, the built page of
// site/desk/dist, and the policy the agent sends with it. For the states tests.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { png } from '../../mock/pictures.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' };
const PICTURE = png(600, 400, (x, y) => (y < 0.45 + 0.1 * Math.sin(x * 7) ? [150 + y * 150, 180 + y * 80, 225] : [60 + x * 70, 100 + y * 60, 60]));

const eur = (minor) => ({ minor, currency: 'EUR' });
const crop = (x, y, width, height, angle = 0) => ({ rect: { x, y, width, height }, quarter_turns: 0, angle, aspect: [8, 10] });
const picture = (name, c) => ({ gallery: 'gal_1', photo: `pho_${name}`, version: 'abcdef0123456789', home: 'mac_1', frame: { width: 6000, height: 4000 }, crop: c, file_name: name });
const line = (no, quantity, name, nodes) => ({
  no, product: `p${no}`, product_name: name, width_in: 8, height_in: 10, surface: 'lustre', quantity,
  unit_price: eur(1500), total: eur(1500 * quantity), nodes, kind: { type: 'print' },
  status: { stage: 'placed', attempt: 1, hold: null, lab: null, updated_at: 1 },
});

function world() {
  const now = Date.now();
  const order = {
    id: 'ord_1', placed_at: now - 600_000,
    customer: { name: 'Clara Winter <b>', email: 'clara@example.org', phone: '+49 30 1234' },
    destination: { kind: 'ship_to', address: { name: 'Clara Winter', line1: 'Lindenallee 4', postal_code: '10115', city: 'Berlin', country: 'DE' } },
    note: 'For grandma, please.',
    lines: [
      line(1, 2, '8 × 10 in', [picture('DSL_0004.jpg', crop(0.1, 0.02, 0.512, 0.96))]),
      line(2, 1, 'Gift sheet', [picture('DSL_0005.jpg', crop(0.3, 0.3, 0.2, 0.24, 4)), picture('DSL_0006.jpg', crop(0, 0, 1, 1))]),
    ],
    subtotal: eur(4500), shipping: eur(490), total: eur(4990), paid_at: null, state: 'placed', state_at: now, routes: {}, revision: 2, handling: {},
  };
  return { order, orders: true, asked: [], refuse: null, released: false, out: ['pho_3'] };
}

const row = (order, number, extra = {}) => ({
  order: `ord_${number}`, number, placed_at: order.placed_at, customer_name: order.customer.name, prints: 3, total: order.total,
  state: order.state, paid: order.paid_at !== null, stage: order.state === 'placed' ? 'placed' : 'approved', holds: 0,
  held: order.handling.hold?.text ?? null, waiting: null, ...extra,
});

/** A school's orders, one of them of two children; collected until tomorrow. */
function batch(state) {
  const bag = (number, children, extra = {}) => ({ order: `ord_${number}`, number, children, prints: 3, total: eur(2650), paid: true, state: state.released ? 'approved' : 'placed', stage: state.released ? 'approved' : 'placed', waiting: null, ...extra });
  return {
    school: 'Grundschule am Weiher, Köpenick', until: Date.now() + 86_400_000, collecting: true, orders: 3, to_release: state.released ? 0 : 3, home: 2,
    bags: [
      bag('CBCD-1234', [{ name: 'Mia Berger', class: '1a' }, { name: 'Tom Berger', class: '4b' }]),
      bag('DBCD-1234', [{ name: 'Hedwig Brzęczyszczykiewiczówna-Nowosielska', class: '3b' }], { paid: false }),
      bag('BBCD-1234', [{ name: 'Łucja Żak', class: '' }], { prints: 1, state: 'placed', stage: 'placed' }),
    ],
  };
}

function answers(state) {
  const { order } = state;
  const rows = [row(order, 'ABCD-1234'), row({ ...order, customer: { name: 'Familie von Hohenlohe-Langenburg zu Waldenfels' }, state: 'placed', handling: {} }, 'BBCD-1234', { order: 'ord_2', paid: true, waiting: 'low resolution: line 1' })];
  const shown = { order, number: 'ABCD-1234', jobs: [], signed: {}, tracking: [], doubts: [], waiting: null, soft: {}, labs: {}, machine: 'mac_1', newer: [[1, 0]] };
  const said = (results) => ({ results, notes: [] });
  return {
    '/api/orders': said(state.orders ? rows : []),
    '/api/orders/ABCD-1234': shown,
    '/api/orders/BBCD-1234': { ...shown, number: 'BBCD-1234' },
    '/api/orders/EBCD-1234': { ...shown, number: 'EBCD-1234', order: { ...order, state: 'placed', handling: { reorder_of: 'ord_1' } } },
    '/api/studio': {
      studio: 'Aurora Photography', machine: 'Studio computer', host: 'https://photos.example.com', host_reachable: true, host_trouble: null,
      daemon_running: true, daemon_troubles: {}, photos: 4210, files_unreadable: 0, folders: 3, folders_offline: [], galleries: [],
      labs: ['Northlight Lab'], usual_lab: 'Northlight Lab', orders_to_approve: state.orders ? 2 : 0, parts_to_send: 0, waiting: [],
    },
    '/api/doctor': said([
      { check: 'folder', finding: 'remark', what: '/Volumes/Photos SSD/2026 is offline', fix: 'connect the drive when an order needs its pictures' },
      { check: 'host', finding: 'bad', what: 'the host does not answer', fix: 'check the network' },
      { check: 'disk', finding: 'good', what: '812 GB free' },
    ]),
    '/api/labs': said([
      {
        lab: 'lab_1', name: 'Northlight Lab', usual: true, products: ['8x10', '11x14'],
        rules: [
          { product: null, rows: [['file', 'rendered'], ['profile', 'north-lustre.icc, relative'], ['sharpen', 'standard'], ['border', '0 mm'], ['bleed', '0 mm'], ['back print', '{studio} {order} {line} {number}'], ['file name', '{order}_{line}_{picture}_{name}']] },
          { product: '11x14', rows: [['bleed', '3 mm']] },
        ],
      },
    ]),
    '/api/uploads': { paused: false, kib_per_second: 512 },
    '/api/galleries': said([{ gallery: 'gal_1', name: 'Lina & Jonas', state: 'open', published: 312, selected: 420, codes: 2, sells_prints: true }]),
    '/api/galleries/gal_1/codes': said([
      { code: '0011-VABC-DEFG', link: 'https://photos.example.com/#0011VABCDEFG', subjects: [] },
      { code: '0012-VABC-DEFG', link: 'https://photos.example.com/#0012VABCDEFG', subjects: ['Mia Berger', 'Tom Berger'] },
    ]),
    '/api/galleries/gal_1/batch': batch(state),
    '/api/galleries/gal_1/lists': said([{ visitor: 'v', list: 'l', name: 'Album', customer: 'Lina', message: 'For the album.', submitted_at: Date.now(), photos: [{ photo: 'p1', file_name: 'DSL_0004.jpg', note: 'brighter' }] }]),
    '/api/galleries/gal_1/photos': said(Array.from({ length: 12 }, (_, i) => ({ photo: `pho_${i}`, file_name: `DSL_00${i + 10}.jpg`, width: 6000, height: 4000, taken_out: state.out.includes(`pho_${i}`) }))),
    '/api/people': said(['Mia Berger', 'Tom Berger', 'Łucja Żak', 'Hedwig Brzęczyszczykiewiczówna-Nowosielska', ...Array.from({ length: 80 }, (_, i) => `Child ${i}`)].map((name, i) => ({ id: `sub_${i}`, name, class: i < 3 ? '1a' : '' }))),
  };
}

/** What a change does, as far as the page can tell. */
function change(state, path, body) {
  const { order } = state;
  if (path.endsWith('/hold')) order.handling = { ...order.handling, hold: body.reason === null ? undefined : { at: Date.now(), by: body.by || 'Studio computer', text: body.reason } };
  if (path.endsWith('/mark-paid')) order.paid_at = Date.now();
  if (path.endsWith('/approve')) order.state = 'approved';
  if (path.endsWith('/adjust') && body.change.kind === 'crop') order.lines.find((l) => l.no === body.change.line).nodes[body.change.node].crop = body.change.crop;
  if (path.endsWith('/take-out')) state.out = body.undo ? state.out.filter((p) => !body.photos.includes(p)) : [...state.out, ...body.photos];
  order.revision += 1;
}

/** What an order costs when it is sold again: 16 EUR a print. */
function priced(order, { quantities, pick_up }) {
  const lines = Object.entries(quantities).filter(([, n]) => n > 0).map(([line, quantity]) => ({ line: Number(line), name: '', quantity, total: eur(1600 * quantity) }));
  const subtotal = lines.reduce((sum, l) => sum + l.total.minor, 0);
  const shipping = pick_up ? 0 : order.shipping.minor;
  return { lines, subtotal: eur(subtotal), shipping: eur(shipping), charges: { tax: { name: 'VAT', inclusive: true, amount: eur(Math.round((subtotal * 19) / 119)) } }, total: eur(subtotal + shipping) };
}

export async function start() {
  const state = world();
  const streams = new Set();
  const server = createServer(async (request, response) => {
    const path = request.url.split('?')[0];
    const json = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    if (path === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: moved\ndata: {}\n\n');
      streams.add(response);
      return;
    }
    if (request.method === 'POST') {
      let text = '';
      for await (const piece of request) text += piece;
      const body = text === '' ? {} : JSON.parse(text);
      state.asked.push({ path, body });
      if (path === '/api/session') return response.writeHead(body.link === 'good' ? 204 : 403).end();
      if (state.refuse) return json(422, state.refuse);
      if (path === '/api/galleries/gal_1/batch/release') {
        state.released = true;
        return json(200, { released: 2, before: 0, behind: [{ order: 'ord_2', number: 'BBCD-1234', why: 'on hold: the parents ask for another picture' }] });
      }
      if (path.endsWith('/reorder')) return json(200, body.total ? { number: 'EBCD-1234', total: body.total } : priced(state.order, body));
      if (path.endsWith('/codes')) return json(200, { results: [{ code: '0013-VABC-DEFG', link: 'https://photos.example.com/#0013VABCDEFG', subjects: [] }], notes: [] });
      change(state, path, body);
      return json(200, {});
    }
    const known = answers(state)[path];
    if (known) return json(200, known);
    if (path.endsWith('/picture') || path.endsWith('/thumbnail')) return response.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE);
    if (path.startsWith('/api/')) return json(404, { error: 'not here', why: null, fix: null });
    const file = DIST + (path.includes('.') ? path : '/index.html');
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[file.split('.').pop()] ?? 'application/octet-stream', 'content-security-policy': POLICY });
    response.end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    state,
    moved: () => streams.forEach((s) => s.write('event: moved\ndata: {}\n\n')),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
