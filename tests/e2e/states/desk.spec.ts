// The studio's desk in every state, against a stand-in for the agent: looked at by axe, nothing runs out of the
// screen, changes carry the revision that was seen, refusals are shown in the agent's own words.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

interface Mock {
  address: string;
  state: { orders: boolean; asked: { path: string; body: Record<string, unknown> }[]; refuse: unknown; order: { revision: number; state: string } };
  moved(): void;
  stop(): void;
}

const test = base.extend<{ mock: Mock }>({
  mock: async ({ page }, use) => {
    // @ts-expect-error a plain module of the site
    const { start } = (await import('../../../site/desk/mock/serve.mjs')) as { start(): Promise<Mock> };
    const mock = await start();
    const complaints: string[] = [];
    page.on('pageerror', (e) => complaints.push(String(e)));
    page.on('console', (m) => {
      if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) complaints.push(m.text());
    });
    page.on('request', (r) => {
      if (!r.url().startsWith(mock.address) && !/^(data|blob|about):/.test(r.url())) complaints.push(`asked ${r.url()}`);
    });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await use(mock);
    mock.stop();
    expect(complaints).toEqual([]);
  },
});

async function passes(page: Page, state: string): Promise<void> {
  await page.waitForTimeout(300);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide, `${state} runs out of the screen`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`), state).toEqual([]);
}

test('the link lets in once and leaves the address bar', async ({ page, mock }) => {
  await page.goto(`${mock.address}/#good`);
  await expect(page.getByRole('heading', { name: 'Orders' })).toBeVisible();
  expect(page.url()).toBe(`${mock.address}/`);
  expect(mock.state.asked[0]).toEqual({ path: '/api/session', body: { link: 'good' } });
});

test('every screen and sheet passes axe', async ({ page, mock }) => {
  test.setTimeout(300_000);
  await page.goto(`${mock.address}/orders`);
  await expect(page.getByRole('link', { name: /Clara Winter/ })).toBeVisible();
  await passes(page, 'orders');
  await page.goto(`${mock.address}/orders/ABCD-1234`);
  await expect(page.locator('.crop-view img.here').first()).toBeVisible();
  await passes(page, 'order');
  for (const [state, button] of [
    ['crop', 'Change crop'],
    ['replace', /^Replace photo/],
    ['focus', 'See at 100 %'],
    ['split', 'Split this line …'],
    ['hold', 'Hold …'],
    ['cancel', 'Cancel …'],
  ] as const) {
    await page.getByRole('button', { name: button }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await passes(page, state);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await page.goto(`${mock.address}/galleries/gal_1`);
  await expect(page.getByText('312 of 420 photos published').last()).toBeVisible();
  await page.getByRole('button', { name: 'Show the pictures' }).click();
  await passes(page, 'gallery');
  await page.goto(`${mock.address}/studio`);
  await expect(page.getByText('The host does not answer')).toBeVisible();
  await passes(page, 'studio');
  mock.state.orders = false;
  await page.goto(`${mock.address}/orders`);
  await expect(page.getByText('Nothing waits for you.').first()).toBeVisible();
  await passes(page, 'nothing waits');
});

test('an order arrives by itself, is cropped by keyboard, held, and approved as it was seen', async ({ page, mock }) => {
  mock.state.orders = false;
  await page.goto(`${mock.address}/orders`);
  await expect(page.getByText('Nothing waits for you.').first()).toBeVisible();
  mock.state.orders = true;
  mock.moved();
  await page.getByRole('link', { name: /Clara Winter/ }).click();
  await expect(page.getByRole('heading', { name: 'Clara Winter <b>' })).toBeVisible();

  await page.getByRole('button', { name: 'Change crop' }).first().click();
  await page.locator('.crop-stage').focus();
  for (const key of ['+', '+', 'ArrowLeft']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Use this crop' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  const changed = mock.state.asked.at(-1)!;
  expect(changed).toMatchObject({ path: '/api/orders/ABCD-1234/adjust', body: { revision: 2, change: { kind: 'crop', line: 1, node: 0 } } });
  const { width } = (changed.body.change as { crop: { rect: { width: number } } }).crop.rect;
  expect(width).toBeLessThan(0.5);

  await page.getByRole('button', { name: 'Hold …' }).click();
  await page.getByLabel('Why it waits').fill('Asks the mother');
  await page.getByRole('button', { name: 'Hold the order' }).click();
  await expect(page.getByText(/Asks the mother/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Let it go on' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => mock.state.asked.at(-1)).toEqual({ path: '/api/orders/ABCD-1234/approve', body: { revision: 5 } });
});

test('an order is sold again at the total that was shown, and asks once however often it is pressed', async ({ page, mock }, info) => {
  mock.state.order.state = 'approved';
  await page.goto(`${mock.address}/orders/ABCD-1234`);
  await page.getByRole('button', { name: 'Sell again …' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('button', { name: 'Place it for €52.90' })).toBeVisible();
  await sheet.getByRole('button', { name: /One fewer.*line 2/ }).click();
  await sheet.getByRole('button', { name: /One more.*line 1/ }).click();
  await sheet.getByLabel('Picked up at the studio').check();
  const place = sheet.getByRole('button', { name: 'Place it for €48.00' });
  await expect(place).toBeVisible();
  await passes(page, 'sell again');
  await page.screenshot({ path: info.outputPath('sell_again.png') });
  mock.state.refuse = { error: 'order ABCD-1234 could not be ordered again', why: 'the host cannot be reached', fix: 'check the network' };
  await place.click();
  await expect(sheet.getByRole('alert')).toContainText('cannot be reached');
  const lost = mock.state.asked.at(-1)!;
  mock.state.refuse = null;
  await place.dblclick();
  await expect(page.getByText('sold this again from an earlier order')).toBeVisible();
  const asked = mock.state.asked.filter((a) => a.path.endsWith('/reorder') && a.body.total !== null);
  // The refused one and the one that went through: the same order by its key.
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual(lost);
  expect(lost.body).toMatchObject({ quantities: { 1: 3, 2: 0 }, pick_up: true, total: { minor: 4800, currency: 'EUR' } });
  expect(page.url()).toContain('/orders/EBCD-1234');
});

test('pictures leave a gallery and come back, and a family gets one code', async ({ page, mock }, info) => {
  await page.goto(`${mock.address}/galleries/gal_1`);
  await page.getByRole('button', { name: 'Pictures …' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'DSL_0010.jpg' }).click();
  await sheet.getByRole('button', { name: 'DSL_0012.jpg' }).click();
  await passes(page, 'pictures');
  await page.screenshot({ path: info.outputPath('pictures.png') });
  await sheet.getByRole('button', { name: 'Take out 2 pictures' }).click();
  await expect.poll(() => mock.state.asked.at(-1)).toEqual({ path: '/api/galleries/gal_1/take-out', body: { photos: ['pho_0', 'pho_2'], undo: false } });
  await sheet.getByRole('button', { name: 'Taken out 3' }).click();
  await sheet.getByRole('button', { name: 'DSL_0012.jpg' }).click();
  await sheet.getByRole('button', { name: 'Put back 1 picture' }).click();
  await expect.poll(() => mock.state.asked.at(-1)?.body).toEqual({ photos: ['pho_2'], undo: true });
  await expect(sheet.getByRole('button', { name: 'Taken out 2' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Make a code for some people …' }).click();
  await sheet.getByLabel('Find a person').fill('berger');
  await sheet.getByLabel('Tom Berger (1a)').check();
  await sheet.getByLabel('Mia Berger (1a)').check();
  await expect(sheet.getByRole('button', { name: 'Show their code' })).toBeVisible();
  await sheet.getByLabel(/make a further code/).check();
  await passes(page, 'a code for some');
  await page.screenshot({ path: info.outputPath('people.png') });
  await sheet.getByRole('button', { name: 'Make the code' }).click();
  await expect(page.getByText('0013-VABC-DEFG is for Mia Berger, Tom Berger')).toBeVisible();
  expect(mock.state.asked.at(-1)).toEqual({ path: '/api/galleries/gal_1/codes', body: { everybody: false, people: ['sub_1', 'sub_0'], further: true } });
});

test('a refusal is shown where it was asked for, and nothing typed is lost', async ({ page, mock }) => {
  await page.goto(`${mock.address}/orders/ABCD-1234`);
  mock.state.refuse = { error: 'order ABCD-1234 could not be held', why: 'https://photos.example.com cannot be reached', fix: 'check the network' };
  await page.getByRole('button', { name: 'Hold …' }).click();
  await page.getByLabel('Why it waits').fill('Asks the mother');
  await page.getByRole('button', { name: 'Hold the order' }).click();
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await expect(page.getByLabel('Why it waits')).toHaveValue('Asks the mother');
  mock.state.refuse = null;
  await page.getByRole('button', { name: 'Hold the order' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a school batch is looked through and released; what stays behind is named', async ({ page, mock }, info) => {
  await page.goto(`${mock.address}/galleries/gal_1`);
  const batch = page.locator('section.block', { has: page.getByRole('heading', { name: 'School batch' }) });
  await expect(batch).toContainText('3 orders for Grundschule am Weiher, Köpenick, collected until');
  await batch.getByText('Who gets what').click();
  await expect(batch).toContainText('Mia Berger (1a) with Tom Berger (4b)');
  await passes(page, 'school batch');
  await page.screenshot({ path: info.outputPath('batch.png'), fullPage: true });
  await batch.getByRole('button', { name: 'Release 3 orders …' }).click();
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toContainText('Orders are still collected');
  await passes(page, 'asking before a release');
  await page.getByRole('button', { name: 'Release them' }).click();
  await expect(batch).toContainText('stays behind: on hold: the parents ask for another picture');
  expect(mock.state.asked.at(-1)).toEqual({ path: '/api/galleries/gal_1/batch/release', body: { early: true } });
  await passes(page, 'released');
  await page.screenshot({ path: info.outputPath('released.png'), fullPage: true });
});
