// Networks that lose answers, links that carry codes, devices that forget.
import { GALLERY, addPrint, expect, openGallery, test } from './mock';

/** Holds something until it is opened, and says when something has come. */
function gate() {
  let open = () => {};
  let reached = () => {};
  const opened = new Promise<void>((done) => (open = done));
  const arrived = new Promise<void>((done) => (reached = done));
  return { opened, arrived, open, reached };
}

test('a code in a link never stays in the address, nor goes to the host in a line', async ({ page, mock }) => {
  const asked: string[] = [];
  page.on('request', (r) => asked.push(r.url()));
  await page.goto(`${mock.address}/open#0000-0000-000l`);
  await expect(page.locator('.tile').first()).toBeVisible();
  expect(page.url()).toBe(`${mock.address}/g/${GALLERY}`);
  expect(asked.filter((u) => new URL(u).pathname.includes('0000-0000') || u.includes('?0000'))).toEqual([]);
  await page.goBack().catch(() => undefined);
  expect(page.url()).not.toContain('0000-0000');
});

test('an order whose answers are lost is placed once', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('E-mail').fill('clara@example.org');
  const button = page.getByRole('button', { name: /Place order · €18/ });
  await expect(button).toBeVisible();
  mock.state.loseAnswers = Infinity;
  await page.locator('button[type=submit]').evaluate((b: HTMLButtonElement) => {
    for (let i = 0; i < 20; i += 1) b.click();
  });
  await expect(page.getByText('We could not hear whether your order arrived.')).toBeVisible({ timeout: 60_000 });
  expect(mock.state.orders.size).toBe(1);
  mock.state.loseAnswers = 0;
  await page.reload(); // The page asks by itself for what it never heard.
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible({ timeout: 60_000 });
  expect(mock.state.orders.size).toBe(1);
  expect(mock.state.cart.lines).toEqual([]);
});

test('twenty presses are one request, and a page that comes back too late still leads to the order', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  const checkout = `${mock.address}/g/${GALLERY}/checkout`;
  await page.goto(checkout);
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('E-mail').fill('clara@example.org');
  await expect(page.getByRole('button', { name: /Place order · €18/ })).toBeVisible();
  // Nobody answers for a while, so she loads the page again; the answer comes before the page does.
  const gates = { place: gate(), page: gate() };
  let asked = 0;
  await page.route('**/place', async (route) => {
    asked += 1;
    await gates.place.opened;
    await route.continue();
  });
  await page.route(checkout, async (route) => {
    gates.page.reached();
    await gates.page.opened;
    await route.continue();
  });
  await page.locator('button[type=submit]').evaluate((b: HTMLButtonElement) => {
    for (let i = 0; i < 20; i += 1) b.click();
  });
  await expect.poll(() => asked).toBe(1);
  const again = page.reload();
  await gates.page.arrived;
  const told = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith('/cart'));
  gates.place.open();
  await told;
  await page.waitForResponse((r) => r.url().includes('/api/order/status/'));
  gates.page.open();
  await again;
  await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Your orders' }).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible();
  expect(asked).toBe(1);
  expect(mock.state.orders.size).toBe(1);
});

test('a changed price is shown before anybody pays it', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('E-mail').fill('clara@example.org');
  await expect(page.getByRole('button', { name: /€18/ })).toBeVisible();
  mock.state.surcharge = 100;
  await page.locator('button[type=submit]').click();
  await expect(page.getByText('The price has changed since you last saw it.')).toBeVisible();
  await expect(page.getByRole('button', { name: /€19/ })).toBeVisible();
  expect(mock.state.orders.size).toBe(0);
  await page.locator('button[type=submit]').click();
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible();
});

test('a press while the total is asked again waits for it', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('E-mail').fill('clara@example.org');
  const button = page.locator('button[type=submit]');
  await expect(button).toHaveText(/€18/);
  mock.state.slowMs = 1_500;
  // Another destination, another total: that one nobody has agreed to.
  await page.getByRole('radio', { name: /Ship to an address/ }).check();
  for (const [label, text] of [['Recipient', 'Clara'], ['Street and number', 'Weg 1'], ['Postal code', '10115'], ['City', 'Berlin']] as const) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByLabel('Country').selectOption('DE');
  await button.click();
  await expect(button).toHaveText('Adding up, then placing your order …');
  await expect(page.getByText('The price has changed since you last saw it.')).toBeVisible();
  await expect(button).toHaveText(/€23\.90/);
  expect(mock.state.orders.size).toBe(0);
  // Another region, the same total: the press holds.
  await page.getByLabel('State or region').fill('Berlin');
  await button.click();
  await expect(button).toHaveText('Adding up, then placing your order …');
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible();
  expect(mock.state.orders.size).toBe(1);
});

test('a lost link of an order comes by e-mail, and nobody learns whether there is one', async ({ page, mock }) => {
  await page.goto(`${mock.address}/order/nothing`);
  await page.getByRole('link', { name: 'Send me my links' }).click();
  await expect(page.getByRole('heading', { name: 'Find your order' })).toBeVisible();
  await page.getByRole('button', { name: 'Send me the links' }).click();
  await expect(page.getByLabel('Access code')).toBeFocused();
  await page.getByLabel('Access code').fill('oooo oooo oool');
  await page.getByLabel('E-mail').fill('clara@example');
  await page.getByRole('button', { name: 'Send me the links' }).click();
  await expect(page.getByText('This is not a complete e-mail address.')).toBeVisible();
  await page.getByLabel('E-mail').fill('clara@example.org');
  await page.screenshot({ path: test.info().outputPath('find.png'), fullPage: true });
  await page.getByRole('button', { name: 'Send me the links' }).click();
  await expect(page.getByText('If there are orders with clara@example.org, their links are on their way.')).toBeVisible();
  expect(mock.state.found).toEqual([{ code: '0000-0000-0001', email: 'clara@example.org' }]);
  await page.goto(`${mock.address}/find`);
  await page.getByLabel('Access code').fill('0000 0000 0002');
  await page.getByLabel('E-mail').fill('clara@example.org');
  await page.getByRole('button', { name: 'Send me the links' }).click();
  await expect(page.getByText('This studio sends no e-mails from here.')).toBeVisible();
});

test('hearts survive being offline', async ({ page, context, mock }) => {
  await openGallery(page, mock.address);
  await context.setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await page.getByRole('button', { name: /^Add .* to favourites/ }).first().click();
  await expect(page.getByRole('button', { name: /^Remove .* from favourites/ })).toHaveCount(1);
  expect(mock.state.hearts.size).toBe(0);
  await context.setOffline(false);
  await expect.poll(() => mock.state.hearts.size, { timeout: 15_000 }).toBe(1);
});

test('a cookie that ran out is got again with the remembered code', async ({ page, context, mock }) => {
  await openGallery(page, mock.address);
  await context.clearCookies();
  await page.reload();
  await expect(page.locator('.tile').first()).toBeVisible();
});

test('a forgotten device knows nothing', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await page.getByRole('button', { name: 'Forget this device' }).click();
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  await expect(page.getByLabel('Access code')).toBeVisible();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.goto(`${mock.address}/g/${GALLERY}`);
  await expect(page.getByRole('heading', { name: 'Please enter your access code again.' })).toBeVisible();
});
