// A small host for development, tests and screenshots of the site: the shapes of the API with drawn
// pictures, in memory. Codes: 0000-0000-0001 opens; …0002 is not ready, …0003 is closed.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GALLERY, PRODUCTS, makePhotos, readImage, viewOf } from './gallery.mjs';
import { png } from './pictures.mjs';

const LOGO = png(240, 60, (x, y) => ((x * 12) % 1 < 0.5 && y > 0.2 && y < 0.8 ? [110, 60, 46] : [250, 248, 244]));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
// The policy the host sends: nothing inline, nothing from elsewhere.
const CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function mockHost({ count = 48, slowMs = 0, dist = DIST } = {}) {
  const photos = makePhotos(count);
  const state = { photos, hearts: new Set(), cart: { lines: [], revision: 0 }, orders: new Map(), gone: new Set(), loseAnswers: 0, slowMs, dist, lists: { lists: [], notes: {}, submitted: {}, revision: 0 }, given: [], waiting: [], found: [], settings: {}, link: 'opens', products: PRODUCTS };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const body = await readBody(request);
    if (state.slowMs > 0) await new Promise((done) => setTimeout(done, state.slowMs));
    const answer = handle(state, request, url, body);
    if (answer === 'lost') return response.destroy();
    const { status = 200, json, type = 'application/json', bytes, headers = {} } = answer;
    const plain = bytes ?? (json === undefined ? '' : JSON.stringify(json));
    // As the host does: text is compressed, pictures are already.
    const small = !type.startsWith('image') && plain.length > 512 && (request.headers['accept-encoding'] ?? '').includes('gzip');
    const sent = small ? gzipSync(plain, { level: json ? 1 : 9 }) : plain;
    response.writeHead(status, { ...(small ? { 'content-encoding': 'gzip' } : {}), 'content-type': type, 'content-security-policy': CSP, 'cache-control': type.startsWith('image') ? 'private, max-age=600' : 'no-cache', ...headers });
    response.end(sent);
  });
  return { server, state };
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
}

const problem = (status, code, message, hint) => ({ status, json: { code, message, hint } });
const opened = () => ({ visitor: 'vis_aaaaaaaaaaaaaaaaaaaaaaaaaa', galleries: [{ gallery: GALLERY, name: viewOf([], new Set()).name, studio_name: 'Atelier Nordlicht' }], expires_at: Date.now() + 3_600_000 });

function handle(state, request, url, body) {
  const { pathname: path, searchParams } = url;
  const method = request.method;
  if (!path.startsWith('/api/') && !path.startsWith('/img/')) return file(state.dist, path);
  const held = (request.headers.cookie ?? '').includes('darkslide=open');
  const set = { 'set-cookie': 'darkslide=open; Path=/; HttpOnly; SameSite=Lax' };
  if (path === '/api/gallery/open') {
    switch (String(body?.code).replace(/\W/g, '')) {
      case '000000000001': {
        const params = new URLSearchParams({ limit: String(body.first ?? 0) });
        const first = body.first ? { first: { view: viewOf(state.photos, state.hearts, state.settings), page: photosPage(state, params).json } } : {};
        return { json: { ...opened(), ...first }, headers: set };
      }
      case '000000000002': return problem(409, 'gallery_not_ready', '“Clara & Jonas” is not ready yet.');
      case '000000000003': return problem(410, 'gallery_closed', '“Clara & Jonas” is closed.');
      default: return problem(403, 'wrong_code', 'This code opens nothing here.');
    }
  }
  if (path === '/api/gallery/waiting') {
    state.waiting.push(body.email);
    return { status: 204 };
  }
  if (path === '/api/gallery/open-link') return followLink(state, body, set);
  if (/^\/api\/order\/status\/[^/]+\/pay$/.test(path)) return problem(503, 'payment_unavailable', 'The payment page cannot be opened right now.');
  if (path === '/api/order/find') {
    if (body.code !== '0000-0000-0001') return problem(409, 'no_mails', 'This studio sends no e-mails from here.');
    state.found.push(body);
    return { status: 204 };
  }
  const status = /^\/api\/order\/status\/([^/]+)(\/cancel)?$/.exec(path);
  if (status) return orderStatus(state, status[1], status[2] !== undefined);
  if (!held) return problem(401, 'no_session', 'This browser has no gallery open.');
  if (path === '/api/gallery/session') {
    return method === 'DELETE' ? { status: 204, headers: { 'set-cookie': 'darkslide=; Path=/; Max-Age=0' } } : { json: opened(), headers: set };
  }
  const image = /^\/img\/[^/]+\/(.+)$/.exec(path);
  if (image) {
    const found = readImage(state.photos, image[1]);
    return found ? { type: found.type, bytes: found.body } : problem(404, 'not_found', 'No such picture.');
  }
  const order = /^\/api\/order\/[^/]+\/(quote|place)$/.exec(path);
  if (order) return order[1] === 'quote' ? quote(state, body) : place(state, request.headers['idempotency-key'], body);
  const [, rest = ''] = /^\/api\/gallery\/[^/]+(?:\/(.*))?$/.exec(path) ?? [];
  if (rest === '') return { json: viewOf(state.photos, state.hearts, state.settings) };
  if (rest === 'news') {
    const mark = `${state.photos.length}.${state.gone.size}.${state.edition ?? 0}`;
    return searchParams.get('known') === mark ? { status: 204 } : { json: { mark, photos: state.photos.length } };
  }
  if (rest === 'link') return { json: { link: 'bW9jaw'.repeat(15), opens_until: Date.now() + 3_600_000 } };
  if (rest.startsWith('lists')) return lists(state, method, rest.split('/')[1], body);
  if (rest.startsWith('logo')) return { type: 'image/png', bytes: LOGO };
  if (rest === 'products') return { json: { ...state.products, straighten: state.straighten ?? true } };
  if (rest === 'cart') {
    if (method === 'GET') return { json: state.cart };
    if (body.revision !== state.cart.revision) return problem(409, 'cart_changed', 'The cart was changed in another window.');
    state.cart = { lines: body.lines, revision: body.revision + 1 };
    return { json: state.cart };
  }
  if (rest === 'photos') return listing(photosPage(state, searchParams).json);
  const [kind, id] = rest.split('/');
  const photo = state.photos.find((p) => p.id === id && !state.gone.has(id));
  if (!photo) return problem(404, 'not_found', 'There is no such photo here.');
  if (kind === 'photos') return { json: { ...photo, favourite: state.hearts.has(id) } };
  if (method === 'PUT') state.hearts.add(id);
  else state.hearts.delete(id);
  return { status: 204 };
}

function followLink(state, { code, merge }, set) {
  if (state.link === 'over') return problem(403, 'link_over', 'This cannot be opened.');
  if (state.link === 'knows' && !code) return problem(409, 'code_needed', 'This link no longer opens the gallery by itself.');
  if (state.link === 'other' && !merge) return problem(409, 'other_visitor', 'This device has favourites or a cart of its own.');
  return { json: opened(), headers: set };
}

function lists(state, method, id, body) {
  if (method === 'PUT') {
    if (body.revision !== state.lists.revision) return problem(409, 'lists_changed', 'The lists were changed in another window.');
    state.lists = { ...state.lists, lists: body.lists, notes: body.notes, revision: body.revision + 1 };
  }
  if (method === 'POST') {
    const photos = id === 'favourites' ? [...state.hearts] : state.lists.lists.find((l) => l.id === id).photos;
    state.given.push({ list: id, ...body, photos });
    state.lists = { ...state.lists, submitted: { ...state.lists.submitted, [id]: Date.now() }, revision: state.lists.revision + 1 };
  }
  return { json: state.lists };
}

/** As the host says it: what everybody gets, then what is the visitor's own. */
function listing({ photos, ...page }) {
  const bare = (image) => ({ ...image, url: image.url.split('?')[0] });
  return {
    json: {
      photos: photos.map((p) => ({ ...p, favourite: false, thumbnail: bare(p.thumbnail), proof: bare(p.proof) })),
      tokens: photos.flatMap((p) => [p.thumbnail, p.proof].map((image) => image.url.split('?t=')[1])),
      favourites: photos.flatMap((p, i) => (p.favourite ? [i] : [])),
      ...page,
    },
  };
}

function photosPage(state, params) {
  const q = (params.get('q') ?? '').toLowerCase();
  const found = state.photos.filter((p) =>
    (q === '' || `${p.title ?? ''} ${p.file_name} ${p.keywords}`.toLowerCase().includes(q)) &&
    ['section', 'subject'].every((n) => !params.get(n) || p[n] === params.get(n)) &&
    (!params.get('keyword') || p.keywords.includes(params.get('keyword'))) &&
    (!params.get('day') || p.captured_at.startsWith(params.get('day'))) &&
    (!params.get('list') || state.lists.lists.find((l) => l.id === params.get('list'))?.photos.includes(p.id)) &&
    (params.get('favourites') !== 'true' || state.hearts.has(p.id)) && !state.gone.has(p.id));
  const from = Number(params.get('cursor') ?? 0);
  const to = from + Number(params.get('limit') ?? 60);
  return { json: { photos: found.slice(from, to).map((p) => ({ ...p, favourite: state.hearts.has(p.id) })), total: found.length, ...(to < found.length ? { next: String(to) } : {}) } };
}

const eur = (minor) => ({ minor, currency: 'EUR' });
function quote(state, { lines, destination, code, prepaid }) {
  const priced = [];
  for (const line of lines) {
    const product = state.products.products.find((p) => p.id === line.product);
    const photo = state.photos.find((p) => p.id === line.nodes[0]?.photo && !state.gone.has(p.id));
    if (!photo && product.nodes > 0) return problem(409, 'photo_gone', 'A picture is no longer in the gallery.');
    const unit = (state.surcharge ?? 0) + (product.breaks.filter((b) => b.from <= line.quantity).at(-1)?.price_minor ?? product.price_minor);
    if (product.width_in === 0) {
      priced.push({ unit_price: eur(unit), total: eur(unit * line.quantity), ppi: 0 });
      continue;
    }
    const { rect, quarter_turns } = line.nodes[0].crop;
    const [w, h] = quarter_turns % 2 ? [photo.height, photo.width] : [photo.width, photo.height];
    const ppi = Math.floor(Math.max(rect.width * w, rect.height * h) / Math.max(product.width_in, product.height_in));
    priced.push({ unit_price: eur(unit), total: eur(unit * line.quantity), ppi });
  }
  const subtotal = priced.reduce((sum, l) => sum + l.total.minor, 0);
  const shipping = destination?.kind === 'ship_to' ? state.products.shipping.flat_minor : 0;
  // The site shows what it is told: the figures only have to add up.
  const known = code?.toUpperCase() === 'SPRING';
  const off = known ? Math.round(subtotal / 10) : 0;
  const total = subtotal - off + shipping;
  const { tax } = state.products;
  const pays = prepaid?.startsWith('PAY-2222') ? Math.min(total, 2000) : null;
  return {
    json: {
      lines: priced, subtotal: eur(subtotal), shipping: eur(shipping), total: eur(total),
      ...(known ? { discount: { code: 'SPRING', amount: eur(off) } } : {}),
      ...(code && !known ? { code_refused: { code: 'unknown_code', message: 'There is no such code.' } } : {}),
      ...(tax ? { tax: { ...tax, amount: eur(Math.round((total * tax.basis_points) / (10_000 + tax.basis_points))) } } : {}),
      ...(pays !== null ? { prepaid: eur(pays) } : {}),
      ...(prepaid && pays === null ? { prepaid_refused: { code: 'prepaid_used', message: 'Used.' } } : {}),
    },
  };
}

function place(state, key, body) {
  const before = [...state.orders.values()].find((o) => o.key === key);
  const answer = (o) => ({ json: { order: o.id, number: o.view.number, secret: o.secret, total: o.view.total } });
  const priced = quote(state, body);
  if (!before && priced.json.total?.minor !== body.total_shown.minor) return problem(409, 'price_changed', 'The total has changed.');
  const made = before ?? makeOrder(state, key, body, priced.json);
  if (state.loseAnswers > 0) {
    state.loseAnswers -= 1;
    return 'lost';
  }
  return answer(made);
}

function makeOrder(state, key, body, priced) {
  const secret = `secret${state.orders.size + 1}`;
  const lines = body.lines.map((line, i) => {
    const product = state.products.products.find((p) => p.id === line.product);
    const pictures = line.nodes.map((n) => {
      const p = state.photos.find((photo) => photo.id === n.photo);
      return { file_name: p.file_name, crop: n.crop, width: p.width, height: p.height, micro: p.micro, thumbnail: p.thumbnail };
    });
    return { line: i + 1, product_name: product.name, surface: product.surface, kind: product.kind?.type === 'digital' ? 'digital' : 'print', quantity: line.quantity, total: priced.lines[i].total, stage: 'placed', on_hold: false, updated_at: Date.now(), pictures };
  });
  const { customer, destination, note } = body;
  const view = { number: `7K2M-9F4${state.orders.size}`, studio_name: 'Atelier Nordlicht', placed_at: Date.now(), state: 'placed', paid: false, customer, destination, note, lines, subtotal: priced.subtotal, shipping: priced.shipping, discount: priced.discount, tax: priced.tax, prepaid: priced.prepaid, total: priced.total, payment: body.payment, can_pay: body.payment === 'stripe', can_cancel: true, tracking: [] };
  const made = { id: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa', key, secret, view };
  state.orders.set(secret, made);
  return made;
}

function orderStatus(state, secret, cancel) {
  const found = state.orders.get(secret);
  if (!found) return problem(404, 'not_found', 'There is no such order.');
  if (cancel && !found.view.can_cancel) return problem(409, 'too_late', 'The order is approved already.');
  if (cancel) Object.assign(found.view, { state: 'cancelled', can_cancel: false, lines: found.view.lines.map((l) => ({ ...l, stage: 'cancelled' })) });
  return { json: found.view };
}

function file(dist, path) {
  const wanted = join(dist, normalize(path));
  const there = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile();
  const chosen = there ? wanted : join(dist, 'index.html');
  return { type: TYPES[extname(chosen)] ?? 'application/octet-stream', bytes: readFileSync(chosen) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 8791);
  mockHost({ count: Number(process.env.MOCK_COUNT ?? 48) }).server.listen(port, '127.0.0.1', () => {
    console.log(`The mock gallery is at http://127.0.0.1:${port}/#000000000001`);
  });
}
