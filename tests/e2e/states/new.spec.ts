// What appears by itself, where a shared picture leads, and prints with a border.
import { GALLERY, addPrint, expect, openGallery, test } from './mock';

/** The page comes back to the front: it asks at once instead of after a while. */
const comeBack = () => document.dispatchEvent(new Event('visibilitychange'));

test('new pictures appear by themselves, and under a reader only when she asks', async ({ page, mock }) => {
  const all = mock.state.photos;
  mock.state.photos = all.slice(0, 10);
  await openGallery(page, mock.address);
  await expect(page.getByText('10 pictures')).toBeVisible();
  await page.waitForResponse((r) => r.url().includes('/news'));
  mock.state.photos = all.slice(0, 14);
  await page.evaluate(comeBack);
  await expect(page.getByText('14 pictures')).toBeVisible();
  // Somebody who reads further down keeps her place.
  await page.evaluate(() => scrollTo(0, 600));
  await page.waitForResponse((r) => r.url().includes('/news'));
  mock.state.photos = all;
  await page.evaluate(comeBack);
  await page.getByRole('button', { name: 'There is something new' }).click();
  await expect(page.getByText('48 pictures')).toBeVisible();
});

/** Counts in the page how often it began to wait until it asks again; the clock must be installed before. */
const countWaits = () => {
  const counted = window as unknown as { waits: number };
  counted.waits = 0;
  const set = window.setTimeout;
  window.setTimeout = ((handler: TimerHandler, ms?: number, ...more: unknown[]) => {
    if (ms === 15_000) counted.waits += 1;
    return set(handler, ms, ...more);
  }) as typeof window.setTimeout;
};

for (const status of [204, 304]) {
  test(`a host that answers ${status} at once is asked every fifteen seconds, and only by a page somebody sees`, async ({ page, mock }) => {
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1000);
    await page.addInitScript(countWaits);
    let asked = 0;
    await page.route(/\/news\?known=/, (route) => {
      asked += 1;
      return route.fulfill({ status });
    });
    // The clock goes on by the test alone, however slow the machine is: while something is to be answered or
    // drawn by a little at a time.
    const tick = () => page.clock.runFor(20);
    const asks = async (times: number) => {
      await expect.poll(() => asked).toBe(times);
      const waits = async () => {
        await tick();
        return page.evaluate(() => (window as unknown as { waits: number }).waits);
      };
      await expect.poll(waits).toBe(times + 1);
    };
    const later = (seconds: number) => page.clock.runFor(seconds * 1000);
    const see = (state: string) =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await page.goto(`${mock.address}/#000000000001`);
    await expect.poll(async () => {
      await tick();
      return page.locator('.tile').count();
    }).toBeGreaterThan(0);
    await asks(0);
    for (let turn = 0; turn < 4; turn += 1) {
      await later(14);
      await page.waitForTimeout(150);
      expect(asked).toBe(turn);
      await later(2);
      await asks(turn + 1);
    }
    await see('hidden');
    for (let minute = 0; minute < 3; minute += 1) await later(60);
    await page.waitForTimeout(150);
    expect(asked).toBe(4);
    // Back in front it asks at once, and then as before.
    await see('visible');
    await asks(5);
    await later(14);
    await page.waitForTimeout(150);
    expect(asked).toBe(5);
    await later(2);
    await asks(6);
  });
}

test('an empty gallery fills by itself', async ({ page, mock }) => {
  const all = mock.state.photos;
  mock.state.photos = [];
  await page.goto(`${mock.address}/#000000000001`);
  await expect(page.getByRole('heading', { name: 'No pictures yet' })).toBeVisible();
  mock.state.photos = all;
  await expect(page.locator('.tile').first()).toBeVisible({ timeout: 15_000 });
});

test('the first screen is asked for once, before the site is there', async ({ page, mock }) => {
  const asked: string[] = [];
  page.on('request', (r) => r.url().includes('/api/') && asked.push(`${r.method()} ${new URL(r.url()).pathname}`));
  await openGallery(page, mock.address);
  await page.waitForTimeout(300);
  const home = `/api/gallery/${GALLERY}`;
  expect(asked.filter((a) => a === 'POST /api/gallery/open')).toHaveLength(1);
  expect(asked.filter((a) => a === `GET ${home}`)).toHaveLength(0);
  asked.length = 0;
  await page.reload();
  await expect(page.locator('.tile').first()).toBeVisible();
  expect(asked.filter((a) => a === `GET ${home}`)).toHaveLength(1);
  // The first page once, and then the next one.
  const pages = asked.filter((a) => a === `GET ${home}/photos`);
  expect(pages.length).toBeLessThanOrEqual(2);
});

test('a shared picture is where one arrives after the code', async ({ page, mock }) => {
  await page.goto(`${mock.address}/g/${GALLERY}/p/${mock.state.photos[2].id}`);
  await page.getByRole('link', { name: 'Enter an access code' }).click();
  await page.getByLabel('Access code').fill('0000 0000 0001');
  await page.getByRole('button', { name: 'Open gallery' }).click();
  await expect(page.locator('.foot-name')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(mock.state.photos[2].id));
});

test('a print with a white border keeps the whole picture in cart and order', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await page.locator('.tile a').nth(1).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Portrait print/ }).check();
  await page.getByRole('button', { name: 'Whole picture, white border' }).click();
  await expect(page.getByText('Nothing is cut off')).toBeVisible();
  await expect(page.getByRole('slider')).toHaveCount(0);
  // On the screen the picture lies whole within the paper, white on every side.
  const [paper, picture] = await Promise.all(['.crop-paper', '.crop-picture'].map((s) => page.locator(s).boundingBox()));
  if (!paper || !picture) throw new Error('nothing is shown');
  for (const gap of [picture.x - paper.x, picture.y - paper.y, paper.x + paper.width - picture.x - picture.width, paper.y + paper.height - picture.y - picture.height]) {
    expect(gap).toBeGreaterThan(Math.min(paper.width, paper.height) / 24 - 2);
  }
  await page.getByRole('button', { name: /Add to cart/ }).click();
  await expect.poll(() => mock.state.cart.lines.length).toBe(1);
  const { rect } = mock.state.cart.lines[0].nodes[0].crop;
  expect(rect.x).toBeLessThan(0);
  expect(rect.x + rect.width).toBeGreaterThan(1);
  expect(rect.y).toBeLessThan(0);
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  await expect(page.locator('.cart-line')).toContainText('whole picture, white border');
  // Opened again it is as it was left; filling the paper is one step away.
  await page.getByRole('button', { name: 'Change crop or size' }).click();
  await expect(page.getByRole('button', { name: 'Whole picture, white border' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Fill the paper' }).click();
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect.poll(() => mock.state.cart.lines[0].nodes[0].crop.rect.x).toBeGreaterThanOrEqual(0);
});

test('where the studio says no there is nothing to straighten with', async ({ page, mock }) => {
  mock.state.straighten = false;
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.getByRole('button', { name: 'Order prints' }).click();
  await expect(page.getByRole('slider', { name: 'Zoom' })).toBeVisible();
  await expect(page.getByText('Straighten')).toHaveCount(0);
});
