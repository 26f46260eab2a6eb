// Walks through the built site against the mock host and keeps a picture of every state, to look at:
//   node look.mjs OUT_DIR [phone|desk|tablet] [light|dark] [en|de]     LOOK=1 dresses the gallery
//   node look.mjs OUT_DIR all       every size, light and dark, English and German, one after the other
// Each walk ends with contact sheets (OUT_DIR/sheet-…png) that show its pictures side by side.
import { chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mockHost } from '../../site/mock/serve.mjs';

const [out = 'look', which = 'phone', colorScheme = 'light', locale = 'en'] = process.argv.slice(2);
if (which === 'all') {
  const walks = ['phone', 'tablet', 'desk'].flatMap((size) => ['light', 'dark'].flatMap((scheme) => ['en', 'de'].map((words) => [size, scheme, words])));
  const failed = walks.filter((walk) => spawnSync(process.execPath, [fileURLToPath(import.meta.url), out, ...walk], { stdio: 'inherit' }).status !== 0);
  process.exit(failed.length);
}
const viewport = { phone: { width: 390, height: 844 }, tablet: { width: 820, height: 1180 }, desk: { width: 1440, height: 900 } }[which];
mkdirSync(out, { recursive: true });

const { server, state } = mockHost();
if (process.env.LOOK) {
  state.settings = {
    studio_name: 'Studio Süd',
    look: {
      accent: { light: { fill: '#7a3b2e', on: '#ffffff' }, dark: { fill: '#a3705f', on: '#000000' } },
      logo: { url: '/api/gallery/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa/logo/abc', width: 240, height: 60 },
      cover: state.photos[9],
    },
  };
}
state.settings.selection_limit = 3;
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const site = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
const context = await browser.newContext({ viewport, colorScheme, locale, hasTouch: which !== 'desk', isMobile: which !== 'desk', deviceScaleFactor: which === 'phone' ? 2 : 1 });
const page = await context.newPage();
page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(`console ${m.type()}: ${m.text()}`));
page.on('pageerror', (e) => console.log(`page error: ${e}`));
const walk = `${which}-${colorScheme}-${locale}`;
const shots = [];
const shot = async (name, wait = 600) => {
  await page.waitForTimeout(wait);
  const label = `${String(shots.length + 1).padStart(2, '0')}-${name}`;
  const path = `${out}/${walk}-${label}.png`;
  shots.push({ label, path });
  await page.screenshot({ path });
};

/** A landscape picture of 3 : 2 whole on 8 × 10. */
const BORDERED = { rect: { x: -1 / 28, y: -1 / 7, width: 15 / 14, height: 9 / 7 }, quarter_turns: 0, angle: 0, aspect: [8, 10] };

await page.goto(site);
await shot('door');
await page.locator('#code').fill('abcd efgh jkmn');
await page.locator('form button').click();
await page.locator('.refusal').waitFor();
await shot('wrong-code');
await page.locator('#code').fill('oooo-oooo-oool');
await page.locator('form button').click();
await page.locator('.tile').first().waitFor();
await shot('gallery', 1500);
await page.evaluate(() => scrollTo(0, innerHeight * 0.95));
await shot('grid', 1500);
await page.evaluate(() => scrollTo(0, 0));
await page.locator('input[type=search]').fill('zzz');
await page.locator('.message').waitFor();
await page.locator('.message').scrollIntoViewIfNeeded();
await shot('nothing-found');
await page.locator('.message button').click();
await page.locator('.tile a').nth(1).click();
await page.locator('.pswp__foot').waitFor();
await shot('viewer', 1200);
await page.locator('.foot .heart-button').click();
await page.getByRole('button', { name: /Lists and note|Listen und Notiz/ }).click();
await page.locator('.lists-new input').fill('Album');
await page.locator('.lists-new button').click();
await page.locator('.lists-check').waitFor();
await page.locator('.lists-note textarea').fill('A little brighter, please');
await shot('lists-of-a-picture');
await page.locator('.lists-body > .button').click();
await page.locator('.foot .button').click();
await page.locator('.crop-frame').waitFor();
await shot('choose', 1200);
await page.locator('.crop-fit .choice').nth(1).click();
await shot('choose-border', 600);
await page.locator('.crop-fit .choice').nth(0).click();
await page.locator('.crop-stage').focus();
for (let i = 0; i < 4; i += 1) await page.keyboard.press('+');
for (let i = 0; i < 6; i += 1) await page.keyboard.press('ArrowRight');
await page.locator('.product').nth(1).click();
await page.mouse.wheel(0, 400);
await shot('choose-8x10', 1000);
await page.locator('.chooser-foot button').click();
await shot('added');
await page.locator('.foot .button').click();
await page.locator('.crop-frame').waitFor();
await page.locator('.product').nth(2).click();
await page.locator('.crop-stage').focus();
for (let i = 0; i < 16; i += 1) await page.keyboard.press('+');
await shot('soft', 900);
await page.locator('.chooser-foot button').click();
await page.keyboard.press('Escape');
await page.waitForTimeout(600);
await shot('gallery-with-cart');
for (const index of [3, 6, 11]) state.hearts.add(state.photos[index].id);
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa?favourites=true`);
await page.locator('.list-bar').waitFor();
await shot('favourites-over-limit', 1000);
await page.locator('.list-tabs .chip').nth(1).click();
await shot('a-list', 900);
await page.locator('.list-send > .button').click();
await shot('send-list');
await page.keyboard.press('Escape');
await page.locator('.footer-links button').first().click();
await page.locator('.qr').waitFor();
await shot('another-device');
await page.keyboard.press('Escape');
await page.getByRole('button', { name: /Forget this device|Gerät vergessen/ }).first().click();
await shot('forget');
await page.keyboard.press('Escape');
const { lines } = state.cart;
state.cart.lines = [];
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa/cart`);
await page.locator('.message').waitFor();
await shot('cart-empty');
// One of the prints with a border.
state.cart.lines = lines.map((l, i) => (i ? l : { ...l, nodes: l.nodes.map((n) => ({ ...n, crop: BORDERED })) }));
await page.goto('about:blank');
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa/cart`);
await page.locator('.cart-line').first().waitFor();
await shot('cart', 1200);
await page.locator('.summary .button').click();
await page.locator('#name').waitFor();
await page.locator('#name').fill('Clara Winter');
await page.locator('button[type=submit]').click();
await shot('checkout-faults');
await page.locator('#email').fill('clara@example.org');
await page.locator('input[value=ship_to]').check();
await page.locator('#recipient').fill('Clara Winter');
await page.locator('#line1').fill('Lindenweg 4');
await page.locator('#postal_code').fill('20095');
await page.locator('#city').fill('Hamburg');
await page.locator('#country').selectOption('DE');
await shot('checkout', 900);
await page.locator('button[type=submit]').click();
await page.locator('.order-line').first().waitFor();
await shot('thanks', 900);
const placed = [...state.orders.values()][0].view;
placed.state = 'approved';
placed.can_cancel = false;
placed.lines[0].stage = 'printing';
placed.lines.at(-1).stage = 'shipped';
await page.evaluate(() => sessionStorage.clear());
await page.reload();
await page.locator('.order-line').first().waitFor();
await shot('status', 900);
await page.screenshot({ path: `${out}/${walk}-status-full.png`, fullPage: true });
const first = state.cart.lines;
state.cart = { revision: 50, lines: [{ id: 'a', product: '8x10-lustre', quantity: 1, nodes: [{ photo: state.photos[3].id, version: 'old', crop: { rect: { x: 0, y: 0, width: 1, height: 1 }, quarter_turns: 0, angle: 0, aspect: [8, 10] } }] }, { id: 'b', product: '4x6-glossy', quantity: 2, nodes: [{ photo: state.photos[5].id, version: state.photos[5].version, crop: { rect: { x: 0, y: 0, width: 1, height: 1 }, quarter_turns: 0, angle: 0, aspect: [4, 6] } }] }, ...first] };
state.gone.add(state.photos[5].id);
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa/cart`);
await page.locator('.cart-line').first().waitFor();
await shot('cart-gone', 1200);
await page.goto(`${site}/order/nothing`);
await page.locator('.message').waitFor();
await shot('order-missing');
await page.goto(`${site}/find`);
await page.locator('.find').waitFor();
await shot('find-order');
await page.goto(`${site}/nowhere/at/all`);
await page.locator('.message').waitFor();
await shot('nothing-here');
Object.assign(placed, { state: 'cancelled', lines: placed.lines.map((l) => ({ ...l, stage: 'cancelled' })) });
await page.goto(`${site}/order/${[...state.orders.keys()][0]}`);
await page.locator('.order-line').first().waitFor();
await shot('order-cancelled');
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa`);
await page.locator('.tile').first().waitFor();
await context.setOffline(true);
await shot('offline');
await context.setOffline(false);
await page.goto('about:blank');
await page.route('**/api/**', (route) => new Promise((done) => setTimeout(done, 6_000)).then(() => route.continue()).catch(() => undefined));
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa`);
await shot('slow', 2_000);
await page.unroute('**/api/**');
const { photos } = state;
state.photos = [];
await page.goto('about:blank');
await page.goto(`${site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa`);
await page.locator('.message').waitFor();
await shot('no-pictures-yet');
state.photos = photos;
for (const [code, name] of [['000000000002', 'not-ready'], ['000000000003', 'closed']]) {
  await page.goto('about:blank');
  await page.goto(`${site}/#${code}`);
  await page.waitForLoadState('networkidle');
  await shot(name);
}
for (const [link, name] of [['knows', 'link-needs-code'], ['other', 'link-merge'], ['over', 'link-over']]) {
  state.link = link;
  await page.goto('about:blank');
  await page.goto(`${site}/#d.AAAA`);
  await page.waitForLoadState('networkidle');
  await shot(name);
}
await context.close();

// The contact sheets: as many pictures beside each other as can still be read.
const [columns, rows, width] = { phone: [5, 2, 312], tablet: [4, 2, 400], desk: [3, 3, 540] }[which];
const sheet = await browser.newPage({ viewport: { width: columns * (width + 8) + 8, height: 600 } });
for (let from = 0; from < shots.length; from += columns * rows) {
  const figures = shots.slice(from, from + columns * rows).map(({ label, path }) => {
    const picture = readFileSync(path).toString('base64');
    return `<figure style="margin:0"><img width="${width}" src="data:image/png;base64,${picture}"><figcaption>${label}</figcaption></figure>`;
  });
  await sheet.setContent(`<body style="margin:8px;display:grid;grid-template-columns:repeat(${columns},${width}px);gap:8px;background:#888;font:12px sans-serif">${figures.join('')}`);
  await sheet.screenshot({ path: `${out}/sheet-${walk}-${1 + from / columns / rows}.png`, fullPage: true });
}
await browser.close();
server.close();
