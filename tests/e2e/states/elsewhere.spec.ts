// On another device by a link, and being told when a gallery is ready.
import { GALLERY, expect, openGallery, test } from './mock';

test('the link and its code are shown, and its secret is only in the fragment', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await page.getByRole('button', { name: 'Open on another device' }).click();
  const address = await page.getByLabel('Link to this gallery').inputValue();
  expect(new URL(address).pathname).toBe('/');
  expect(new URL(address).hash).toMatch(/^#d\.\w+$/);
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
});

test('storage cleared: a link brings favourites and cart back', async ({ page, context, mock }) => {
  const asked: string[] = [];
  page.on('request', (r) => asked.push(r.url() + (r.headers()['referer'] ?? '')));
  await openGallery(page, mock.address);
  await page.getByRole('button', { name: /^Add .* to favourites/ }).first().click({ force: true });
  await expect.poll(() => mock.state.hearts.size).toBe(1);
  await page.getByRole('button', { name: 'Open on another device' }).click();
  const address = await page.getByLabel('Link to this gallery').inputValue();
  await context.clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(address);
  await expect(page.locator('.tile').first()).toBeVisible();
  await expect(page.getByText('Your favourites and cart are here.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Favourites, 1' })).toBeVisible();
  expect(page.url()).toBe(`${mock.address}/g/${GALLERY}`);
  expect(asked.filter((url) => url.includes('#d.') || url.includes(new URL(address).hash.slice(3)))).toEqual([]);
  await page.goBack().catch(() => undefined);
  expect(page.url()).not.toContain('d.');
});

test('an old link asks for the code, and one that is over says so', async ({ page, mock }) => {
  mock.state.link = 'knows';
  await page.goto(`${mock.address}/#d.AAAA`);
  await expect(page.getByRole('heading', { name: 'Enter your access code once more' })).toBeVisible();
  await page.getByLabel('Access code').fill('0000 0000 0001');
  await page.getByRole('button', { name: 'Open gallery' }).click();
  await expect(page.locator('.tile').first()).toBeVisible();
  mock.state.link = 'over';
  await page.goto('about:blank');
  await page.goto(`${mock.address}/#d.AAAA`);
  await expect(page.getByRole('alert')).toContainText('This link leads nowhere any more.');
});

test('a device with hearts of its own is asked first', async ({ page, mock }) => {
  mock.state.link = 'other';
  await page.goto(`${mock.address}/#d.AAAA`);
  await expect(page.getByRole('dialog', { name: 'Bring both together?' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByLabel('Access code')).toBeVisible();
  await page.goto('about:blank');
  await page.goto(`${mock.address}/#d.AAAA`);
  await page.getByRole('button', { name: 'Bring together' }).click();
  await expect(page.locator('.tile').first()).toBeVisible();
});

test('a draft takes an address', async ({ page, mock }) => {
  await page.goto(`${mock.address}/#000000000002`);
  await expect(page.getByRole('heading', { name: 'Your pictures are not ready yet.' })).toBeVisible();
  const field = page.getByLabel('Shall the studio tell you when they are?');
  await field.fill('clara@example');
  await page.getByRole('button', { name: 'Tell me when they are ready' }).click();
  await expect(page.getByText('This is not a complete e-mail address.')).toBeVisible();
  await field.fill('clara@example.org');
  await page.getByRole('button', { name: 'Tell me when they are ready' }).click();
  await expect(page.getByText('The studio can now write to clara@example.org.')).toBeVisible();
  expect(mock.state.waiting).toEqual(['clara@example.org']);
});
