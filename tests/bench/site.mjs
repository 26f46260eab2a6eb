// Measures the built site on a slow phone: Chromium with a quarter of the CPU, 1.6 Mbit/s and 150 ms to
// the host, against the site's mock host with pictures of a drawn shoot. See docs/site.md.
//
//   node tests/bench/site.mjs [--runs 3] [--photos 5000] [--cpu 4] [--opening 1] [--beside DIST]
//
// --opening 1 measures opening alone. --beside names another built site; the two take turns, so that what
// else the machine does slows both alike.
//
// Needs site/dist, the debug binaries darkslide and darkslide-shoot, and tests/e2e/node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORK = join(ROOT, 'target/bench/site');
const argument = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const RUNS = argument('runs', 3);
const PHOTOS = argument('photos', 5_000);
const SLOW = { cpu: argument('cpu', 4), latency: 150, bytesPerSecond: 1_600_000 / 8 };

/** Renditions as the agent makes them for a host, laid out as the mock host reads them. */
function pictures() {
  const laidOut = join(WORK, 'pictures');
  if (existsSync(join(laidOut, 'photos.json'))) return laidOut;
  const run = (binary, ...args) => execFileSync(join(ROOT, 'target/debug', binary), args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [shoot, made, profile] = ['shoot', 'renditions', 'profile'].map((name) => join(WORK, name));
  mkdirSync(WORK, { recursive: true });
  if (!existsSync(shoot)) run('darkslide-shoot', shoot, '--count', '24');
  const files = readdirSync(shoot, { recursive: true }).filter((f) => String(f).endsWith('.jpg')).sort().map((f) => join(shoot, String(f)));
  if (!existsSync(profile)) run('darkslide', '--config', profile, 'init');
  if (!existsSync(made)) run('darkslide', '--config', profile, '--no-progress', 'render', '--out', made, ...files);
  const listed = [];
  for (const kind of ['micro', 'thumbnail', 'proof']) mkdirSync(join(laidOut, kind), { recursive: true });
  for (const name of readdirSync(made).filter((n) => n.endsWith('-proof.jpg')).sort()) {
    const stem = name.replace('-proof.jpg', '');
    const proof = readFileSync(join(made, name));
    const thumbnail = readFileSync(join(made, `${stem}-thumbnail.jpg`));
    writeFileSync(join(laidOut, 'proof', `${stem}.jpg`), proof);
    writeFileSync(join(laidOut, 'thumbnail', `${stem}.jpg`), thumbnail);
    const { width, height } = sizeOf(proof);
    listed.push({ file: stem, name: `${stem}.jpg`, width: Math.round(width * 2.93), height: Math.round(height * 2.93) });
  }
  writeFileSync(join(laidOut, 'photos.json'), JSON.stringify(listed));
  return laidOut;
}

/** Of a JPEG, from its frame header (T.81, B.2.2). */
function sizeOf(bytes) {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  throw new Error('a rendition has no frame header');
}

const { chromium } = createRequire(join(ROOT, 'tests/e2e/package.json'))('@playwright/test');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
const folder = pictures();
await microPreviews(folder);
process.env.MOCK_PHOTOS = folder;
const beside = process.argv.indexOf('--beside') < 0 ? null : process.argv[process.argv.indexOf('--beside') + 1];
const { mockHost } = await import('../../site/mock/serve.mjs');

/** The site shows 64 px previews of about 350 bytes of scan; here the browser draws ones of that size. */
async function microPreviews(into) {
  mkdirSync(join(into, 'micro'), { recursive: true });
  if (readdirSync(join(into, 'micro')).length > 0) return;
  const page = await browser.newPage();
  for (const { file } of JSON.parse(readFileSync(join(into, 'photos.json'), 'utf8'))) {
    const source = `data:image/jpeg;base64,${readFileSync(join(into, 'thumbnail', `${file}.jpg`)).toString('base64')}`;
    const micro = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      const scale = 64 / Math.max(image.width, image.height);
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/jpeg', 0.3).split(',')[1];
    }, source);
    writeFileSync(join(into, 'micro', `${file}.jpg`), Buffer.from(micro, 'base64'));
  }
  await page.close();
}

/** A fresh phone with nothing in its cache. */
async function phone(count, dist) {
  const { server, state } = mockHost({ count, dist });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3, locale: 'en-GB' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  // The thread's own time: what else the machine does slows it, but is not counted.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value * 1_000]));
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: SLOW.latency, downloadThroughput: SLOW.bytesPerSecond, uploadThroughput: SLOW.bytesPerSecond });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu });
  const loaded = [];
  const urls = new Map();
  cdp.on('Network.requestWillBeSent', (e) => urls.set(e.requestId, e.request.url));
  cdp.on('Network.loadingFinished', (e) => loaded.push({ url: urls.get(e.requestId) ?? '', bytes: e.encodedDataLength }));
  await page.addInitScript(watch);
  const address = `http://127.0.0.1:${server.address().port}`;
  const end = async () => {
    await context.close();
    server.closeAllConnections();
    server.close();
  };
  return { page, address, loaded, state, worked, end };
}

/** Runs in the page before anything else. */
function watch() {
  const seen = { micro: null, grid: null, lcp: 0, events: [], frames: [] };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.lcp = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId) seen.events.push({ name: entry.name, ms: entry.duration });
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  const drawn = (images) => images.length > 0 && images.every((i) => i.complete && i.naturalWidth > 0);
  const look = (now) => {
    // One frame after they were complete they have been painted.
    if (seen.micro === null && drawn([...document.querySelectorAll('.cover-picture .micro')])) seen.micro = now;
    const first = [...document.querySelectorAll('.tile .micro')].slice(0, 8);
    if (seen.grid === null && first.length === 8 && drawn(first)) seen.grid = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const figures = [];
const figure = (name, values, unit, limit) => {
  const value = median(values);
  figures.push({ name, value, unit, limit, values });
  const verdict = limit === undefined ? '' : value <= limit ? `ok, ≤ ${limit}` : `OVER ${limit}`;
  console.log(`${name.padEnd(58)} ${value.toFixed(unit === 'MB' ? 3 : 0).padStart(7)} ${unit}  ${verdict}`);
};

const opening = { code: [], again: [], codeBeside: [], againBeside: [] };
const turns = ['code', 'again'].flatMap((how) => [...(beside ? [{ how, dist: beside, into: `${how}Beside` }] : []), { how, into: how }]);
for (let run = 0; run < RUNS; run += 1) {
  for (const { how, dist, into } of turns) {
    const { page, address, state, end } = await phone(how === 'code' ? 812 : PHOTOS, dist);
    if (how === 'again') {
      // A later visit: the cookie is there, the cache is not.
      await page.context().addCookies([{ name: 'darkslide', value: 'open', url: address }]);
      await page.goto(`${address}/g/gal_${'a'.repeat(26)}`);
    } else await page.goto(`${address}/#000000000001`);
    await page.waitForFunction(() => window.seen.grid !== null, null, { timeout: 60_000 });
    await page.waitForTimeout(4_000);
    opening[into].push(await page.evaluate(() => ({ micro: window.seen.micro, grid: window.seen.grid, lcp: window.seen.lcp })));
    void state;
    await end();
  }
}
const named = [['code', 'opened by a code in a link'], ['again', `opened again, ${PHOTOS} photos`]];
for (const [how, words] of [...named, ...(beside ? named.map(([how, words]) => [`${how}Beside`, `${words}, beside`]) : [])]) {
  figure(`micro preview of the first screen painted, ${words}`, opening[how].map((o) => o.micro), 'ms', 1_500);
  figure(`micro previews of the first rows painted, ${words}`, opening[how].map((o) => o.grid), 'ms');
  figure(`largest contentful paint, ${words}`, opening[how].map((o) => o.lcp), 'ms', 2_500);
}

if (argument('opening', 0)) await finish();
const SCROLLED = 90;
const hands = { scroll: [], own: [], thread: [], heart: [], filter: [], open: [], key: [] };
const looked = { bytes: [], sharp: [] };
for (let run = 0; run < RUNS; run += 1) {
  const { page, address, loaded, worked, end } = await phone(PHOTOS);
  await page.context().addCookies([{ name: 'darkslide', value: 'open', url: address }]);
  await page.goto(`${address}/g/gal_${'a'.repeat(26)}`);
  await page.waitForFunction(() => window.seen.grid !== null, null, { timeout: 60_000 });
  // Deep in the gallery, where all 5,000 are laid out.
  for (let i = 0; i < 60; i += 1) {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight * 0.98));
    await page.waitForTimeout(700);
    if (await page.evaluate((all) => Number(document.querySelector('.tile')?.getAttribute('aria-posinset')) > all * 0.9, PHOTOS)) break;
  }
  await page.waitForTimeout(3_000);
  const slowest = async (act, wait = 1_500) => {
    await page.evaluate(() => (window.seen.events.length = 0));
    await act();
    await page.waitForTimeout(wait);
    return page.evaluate(() => Math.max(0, ...window.seen.events.map((e) => e.ms)));
  };
  // Frames while a finger scrolls: the 95th percentile of what a frame took, drawing in software included, and the
  // mean of what the page itself did for one.
  const still = await worked();
  hands.scroll.push(
    await page.evaluate(async (frames) => {
      const times = [];
      let before = performance.now();
      for (let i = 0; i < frames; i += 1) {
        scrollBy(0, -60);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - before);
        before = now;
      }
      return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)];
    }, SCROLLED),
  );
  const moved = await worked();
  const spent = (...names) => names.reduce((sum, name) => sum + moved[name] - still[name], 0) / SCROLLED;
  hands.own.push(spent('ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'));
  hands.thread.push(spent('TaskDuration'));
  await page.waitForTimeout(2_500);
  const seenTile = () => page.evaluateHandle(() => [...document.querySelectorAll('.tile')].find((t) => t.getBoundingClientRect().top > 200));
  hands.heart.push(await slowest(async () => (await (await seenTile()).$('.heart')).tap()));
  hands.key.push(
    await slowest(async () => {
      await (await (await seenTile()).$('a')).focus();
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key, { delay: 40 });
    }),
  );
  // A photo is opened, and eight more are swiped to.
  const from = loaded.length;
  const begin = Date.now();
  hands.open.push(await slowest(async () => (await (await seenTile()).$('a')).tap(), 0));
  await page.waitForFunction(() => [...document.querySelectorAll('.pswp__img:not(.pswp__img--placeholder)')].some((i) => i.complete && i.naturalWidth > 1_000), null, { timeout: 60_000 });
  looked.sharp.push(Date.now() - begin);
  await page.waitForTimeout(6_000);
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(4_500);
  }
  const proofs = loaded.slice(from).filter((l) => /-proof\?/.test(l.url));
  // What was fetched ahead for neighbours is looked at too, later: bytes for each picture that was fetched.
  looked.bytes.push(proofs.reduce((sum, l) => sum + l.bytes, 0) / 1e6 / Math.max(1, proofs.length));
  await page.keyboard.press('Escape');
  await page.waitForTimeout(1_500);
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(2_000);
  hands.filter.push(await slowest(async () => page.getByRole('button', { name: 'Ceremony' }).tap(), 3_000));
  await end();
}
figure(`frame while scrolling, 95th percentile, ${PHOTOS} photos`, hands.scroll, 'ms');
figure('scripts, styles and layout of a frame while scrolling', hands.own, 'ms', 16.7);
figure('all that the main thread did for it', hands.thread, 'ms', 16.7);
figure(`tapping a heart, ${PHOTOS} photos`, hands.heart, 'ms', 200);
figure(`arrow keys in the grid, ${PHOTOS} photos`, hands.key, 'ms', 200);
figure(`opening a photo, ${PHOTOS} photos`, hands.open, 'ms', 200);
figure(`choosing a section, ${PHOTOS} photos`, hands.filter, 'ms', 200);
figure('bytes of a photo opened', looked.bytes, 'MB', 0.5);
figure('tap until the photo is sharp', looked.sharp, 'ms');
await finish();

async function finish() {
  await browser.close();
  const said = { at: new Date().toISOString(), chromium: browser.version(), cpu: `${cpus().length} × ${cpus()[0]?.model}`, load: loadavg(), slow: SLOW, runs: RUNS, figures };
  writeFileSync(join(WORK, 'summary.json'), JSON.stringify(said, null, 1));
  console.log(`${said.cpu}, load ${said.load.map((l) => l.toFixed(1)).join(' ')}, Chromium ${said.chromium}, median of ${RUNS}`);
  process.exit(0);
}
