// What the browser showed is what the lab's file holds: crops set by mouse, touch and keyboard on coded grids,
// in 8 orientations and 5 shapes, ordered and printed. Both sides are read from their pixels: the screenshot
// of the crop frame, and the file in the lab's hot folder. DARKSLIDE_CROPS=every takes all four corners of
// each picture; else each picture is cropped in one.
import type { BrowserContext, Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, studio, test, type Host } from '../journeys/host';

test.use({ grids: true });

type Point = [number, number];
interface Photo {
  id: string;
  file_name: string;
  proof: { width: number; height: number };
}
interface Located {
  cells: number;
  matrix: [[number, number, number], [number, number, number]];
  corners: Point[];
}
interface Set {
  photo: Photo;
  corner: number;
  /** Where the frame's corners lay on the screen, in the upright grid: 0..1. */
  shown: Point[];
}

/** Towards which the frame goes: left or right, up or down. */
const CORNERS: Point[] = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
const every = process.env.DARKSLIDE_CROPS === 'every';

const WAYS = {
  mouse: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 },
  touch: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
  keyboard: { viewport: { width: 1280, height: 1000 } },
};

const setBy: Record<keyof typeof WAYS, (page: Page, corner: Point, turns: number) => Promise<void>> = {
  async mouse(page, [dx, dy], turns) {
    for (let i = 0; i < turns; i += 1) await page.getByRole('button', { name: 'Turn right' }).click();
    const { x, y } = await middle(page);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -430);
    await page.mouse.down();
    await page.mouse.move(x - dx * 700, y - dy * 700, { steps: 8 });
    await page.mouse.up();
  },
  async touch(page, [dx, dy], turns) {
    for (let i = 0; i < turns; i += 1) await page.getByRole('button', { name: 'Turn right' }).tap();
    const { x, y } = await middle(page);
    const fingers = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: Point[]) =>
      fingers.send('Input.dispatchTouchEvent', { type, touchPoints: at.map(([px, py], id) => ({ x: px, y: py, id })) });
    await send('touchStart', [x - 30, y], [x + 30, y]);
    for (let gap = 34; gap <= 58; gap += 4) await send('touchMove', [x - gap, y - gap / 6], [x + gap, y + gap / 6]);
    await send('touchEnd');
    for (let swipe = 0; swipe < 4; swipe += 1) {
      await send('touchStart', [x, y]);
      for (let way = 20; way <= 140; way += 20) await send('touchMove', [x - dx * way, y - dy * way]);
      await send('touchEnd');
    }
    await fingers.detach();
  },
  async keyboard(page, [dx, dy], turns) {
    await page.locator('.crop-stage').focus();
    for (let i = 0; i < turns; i += 1) await page.keyboard.press('r');
    for (let i = 0; i < 7; i += 1) await page.keyboard.press('+');
    for (let i = 0; i < 14; i += 1) {
      await page.keyboard.press(dx < 0 ? 'Shift+ArrowRight' : 'Shift+ArrowLeft');
      await page.keyboard.press(dy < 0 ? 'Shift+ArrowDown' : 'Shift+ArrowUp');
    }
  },
};

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const box = (await page.locator('.crop-frame').boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What `darkslide-locate` reads from a picture. */
function read<T>(host: Host, file: string, ...how: string[]): T {
  const [program, ...always] = host.locate!;
  return JSON.parse(execFileSync(program!, [...always, ...how, file], { encoding: 'utf8' })) as T;
}

/** The frame's corners in the upright grid, both read from the pixels of the screen. */
async function shownIn(page: Page, host: Host, file: string): Promise<Point[]> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLImageElement>('.crop-picture img')].every((i) => i.complete && i.naturalWidth > 0),
  );
  const stage = (await page.locator('.crop-stage').boundingBox())!;
  const clip = { x: Math.floor(stage.x), y: Math.floor(stage.y), width: Math.ceil(stage.width), height: Math.ceil(stage.height) };
  // The page's policy takes no style sheet of ours, but properties may be set.
  const draw = async (to: string, styles: Record<string, Record<string, string>>): Promise<void> => {
    await page.evaluate((wanted) => {
      for (const [which, properties] of Object.entries(wanted)) {
        for (const element of document.querySelectorAll<HTMLElement>(which)) Object.assign(element.style, properties);
      }
      // A busy machine draws a large picture some frames late.
      return new Promise<void>((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())));
    }, styles);
    writeFileSync(to, await page.screenshot({ clip }));
  };
  await draw(file, { '.crop-frame': { visibility: 'hidden' } });
  // Where the frame is drawn; the layout's numbers can differ from it by a part of a pixel.
  const frameFile = file.replace('.png', '-frame.png');
  await draw(frameFile, {
    '.crop-picture': { display: 'none' },
    '.crop-frame *': { visibility: 'hidden' },
    '.crop-stage': { background: '#000', outline: '0' },
    '.crop-frame': { visibility: 'visible', background: '#fff', boxShadow: 'none' },
  });
  const frame = read<{ left: number; top: number; right: number; bottom: number }>(host, frameFile, '--white-box');
  const { matrix } = read<Located>(host, file);
  const on = (x: number, y: number): Point => [
    matrix[0][0] * x + matrix[0][1] * y + matrix[0][2],
    matrix[1][0] * x + matrix[1][1] * y + matrix[1][2],
  ];
  const { left, top, right, bottom } = frame;
  return [on(left, top), on(right, top), on(right, bottom), on(left, bottom)];
}

async function open(page: Page, host: Host): Promise<{ gallery: string; photos: Photo[] }> {
  await page.goto(`${host.site}/#${host.code.replaceAll('-', '')}`);
  await expect(page.locator('.tile').first()).toBeVisible();
  const gallery = new URL(page.url()).pathname.split('/')[2]!;
  const photos = await page.evaluate(async (id) => {
    const answer = await fetch(`/api/gallery/${id}/photos?limit=200`);
    return ((await answer.json()) as { photos: Photo[] }).photos;
  }, gallery);
  expect(photos.length).toBe(40);
  return { gallery, photos: photos.sort((a, b) => a.file_name.localeCompare(b.file_name)) };
}

/** Orders what is in the cart; the lab's files in the order of its lines. */
async function printed(page: Page, host: Host, gallery: string): Promise<string[]> {
  await page.goto(`${host.site}/g/${gallery}/cart`);
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Clara Winter');
  await page.getByLabel('E-mail').fill('clara@example.org');
  await page.getByRole('button', { name: /^Place order · / }).click();
  await expect(page.getByRole('heading', { name: 'Thank you, Clara Winter' })).toBeVisible();
  const number = (await page.getByText(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText()).replace('Order ', '');
  studio(host, 'orders', 'approve', number);
  await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 400_000 });
  const byHash = new Map<string, string>();
  for (const entry of readdirSync(join(host.lab!, 'hot'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.endsWith('.jpg')) byHash.set(createHash('sha256').update(readFileSync(path)).digest('hex'), path);
  }
  const ticket = JSON.parse(readFileSync(join(host.lab!, 'tickets', number, 'order.json'), 'utf8')) as {
    lines: { pictures: { sha256: string }[] }[];
  };
  return ticket.lines.map((line) => {
    const path = byHash.get(line.pictures[0]!.sha256);
    if (path === undefined) throw new Error(`no print file has the hash ${line.pictures[0]!.sha256} of the ticket`);
    return path;
  });
}

for (const [index, way] of (['mouse', 'touch', 'keyboard'] as const).entries()) {
  test(`prints agree with crops set by ${way}`, async ({ browser, host }, info) => {
    test.setTimeout(every ? 1_800_000 : 600_000);
    const context: BrowserContext = await browser.newContext({ ...WAYS[way], reducedMotion: 'reduce', locale: 'en-GB' });
    const page = await context.newPage();
    const { gallery, photos } = await open(page, host);
    const sets: Set[] = [];
    for (const [at, photo] of photos.entries()) {
      for (const [corner, towards] of CORNERS.entries()) {
        // Each shape and each orientation meets each corner, and each way of setting.
        if (!every && corner !== (at + Math.floor(at / 8)) % 4) continue;
        if ((at + Math.floor(at / 8) + corner) % 3 !== index) continue;
        await page.goto(`${host.site}/g/${gallery}/p/${photo.id}`);
        await page.getByRole('button', { name: 'Order prints' }).click();
        await page.getByRole('radio', { name: /4 × 6 in/ }).check();
        await setBy[way](page, towards, (at + corner) % 4);
        const name = `${photo.file_name}-${corner}.png`;
        const shown = await shownIn(page, host, info.outputPath(name)).catch((error: unknown) => {
          throw new Error(`${name}: ${String(error)}`);
        });
        const kept = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith('/cart'));
        await page.getByRole('button', { name: /^Add to cart · / }).click();
        expect((await kept).ok()).toBe(true);
        sets.push({ photo, corner, shown });
      }
    }
    const files = await printed(page, host, gallery);
    expect(files.length).toBe(sets.length);
    let worst = 0;
    for (const [at, { photo, corner, shown }] of sets.entries()) {
      const { corners } = read<Located>(host, files[at]!);
      // Nothing is proved by a crop that took everything.
      expect(Math.abs(shown[2]![0] - shown[0]![0]), photo.file_name).toBeLessThan(0.9);
      for (const [i, [u, v]] of corners.entries()) {
        const [su, sv] = shown[i]!;
        const off = Math.hypot((u - su) * photo.proof.width, (v - sv) * photo.proof.height);
        expect(off, `${photo.file_name}, crop ${corner}, corner ${i}: proof pixels between screen and print`).toBeLessThan(1);
        worst = Math.max(worst, off);
      }
    }
    console.log(`${sets.length} crops by ${way}: at most ${worst.toFixed(2)} proof pixels between screen and print`);
    await context.close();
  });
}
