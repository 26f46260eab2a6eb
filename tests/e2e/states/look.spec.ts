// The studio's clothes: name, logo, colour, cover; the day filter; the way of the keyboard through the grid.
import { GALLERY, addPrint, expect, openGallery, test } from './mock';

const LOOK = {
  accent: { light: { fill: '#7a3b2e', on: '#ffffff' }, dark: { fill: '#c9826f', on: '#000000' } },
  logo: { url: `/api/gallery/${GALLERY}/logo/abc`, width: 240, height: 60 },
};

test('a gallery wears its studio’s colour, logo and cover', async ({ page, mock, colorScheme }) => {
  const cover = { ...mock.state.photos[9] };
  mock.state.settings = { studio_name: 'Studio Süd', look: { ...LOOK, cover } };
  await openGallery(page, mock.address);
  await expect(page.getByRole('img', { name: 'Studio Süd' })).toBeVisible();
  const fill = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
  await expect.poll(fill).toBe(colorScheme === 'dark' ? '#c9826f' : '#7a3b2e');
  await expect(page.locator('.cover-picture .thumbnail')).toHaveAttribute('src', cover.proof.url);
  await addPrint(page);
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  const button = page.getByRole('link', { name: 'Go to checkout' });
  await expect(button).toHaveCSS('background-color', colorScheme === 'dark' ? 'rgb(201, 130, 111)' : 'rgb(122, 59, 46)');
});

test('a colour that is no colour does nothing', async ({ page, mock }) => {
  const tone = { fill: 'red;background:url(//evil)', on: 'expression(1)' };
  mock.state.settings.look = { accent: { light: tone, dark: tone } };
  await openGallery(page, mock.address);
  expect(await page.evaluate(() => document.documentElement.getAttribute('style') ?? '')).toBe('');
});

test('days are a filter on the host', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  const asked = page.waitForRequest((r) => r.url().includes('day=2026-06-21'));
  await page.getByLabel('Day').selectOption({ index: 2 });
  await asked;
  await expect(page.getByText(/pictures found/)).toBeVisible();
  expect(page.url()).toContain('day=2026-06-21');
});

test('the grid is one stop of the keyboard, and arrows go through it', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await expect(page.locator('.tile').nth(5)).toBeVisible();
  expect(await page.locator('.tile a[tabindex="0"]').count()).toBe(1);
  await page.locator('.tile a').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-index="1"]')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const below = Number(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['index']));
  expect(below).toBeGreaterThan(1);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('f');
  await expect.poll(() => mock.state.hearts.size).toBe(1);
  await page.keyboard.press('End');
  await expect(page.locator('[data-index="47"]')).toBeFocused();
  await expect(page.locator('[data-index="47"]')).toBeInViewport();
  await page.keyboard.press('Home');
  await expect(page.locator('[data-index="0"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.foot')).toBeVisible();
});

test('a crop is taken over by the other prints of the picture', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Small print/ }).check();
  await page.getByRole('button', { name: /Add to cart · / }).click();
  await expect.poll(() => mock.state.cart.lines.length).toBe(2);
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  await page.getByRole('button', { name: 'Change crop or size' }).first().click();
  await page.locator('.crop-stage').focus();
  for (const key of ['+', '+', '+', '+', 'ArrowRight', 'r']) await page.keyboard.press(key);
  await page.getByRole('button', { name: /Save · / }).click();
  await expect(page.getByText('Use this crop for 1 more print of the picture?')).toBeVisible();
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect.poll(() => mock.state.cart.lines.map((l: { nodes: { crop: { quarter_turns: number } }[] }) => l.nodes[0]?.crop.quarter_turns)).toEqual([1, 1]);
});

test('an order that is partly on its way says so', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Small print/ }).check();
  await page.getByRole('button', { name: /Add to cart · / }).click();
  await page.goto(`${mock.address}/g/${GALLERY}/checkout`);
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('E-mail').fill('clara@example.org');
  await page.getByRole('button', { name: /Place order · €/ }).click();
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible();
  const { view } = [...mock.state.orders.values()][0];
  Object.assign(view, { state: 'approved', can_cancel: false });
  view.lines[0].stage = 'shipped';
  view.lines[1].stage = 'printing';
  await page.reload();
  await expect(page.getByText('1 of 2 on their way')).toBeVisible();
});

test('bars and news lie on nothing one wants to press', async ({ page, mock }) => {
  const onTop = (selector: string) =>
    expect.poll(() => page.locator(selector).evaluate((e) => {
      const { left, top, width, height } = e.getBoundingClientRect();
      return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }), selector).toBe(true);
  await openGallery(page, mock.address);
  await addPrint(page);
  await expect(page.locator('.notice')).toBeVisible();
  for (const selector of ['.pswp__button--zoom', '.pswp__button--close', '.foot .heart-button']) await onTop(selector);
  await page.keyboard.press('f');
  await page.keyboard.press('Escape');
  await expect(page.locator('.pswp')).toHaveCount(0);
  for (const selector of ['.notice button', '.cart-bar .button']) await onTop(selector);
  // The list bar is below the first screen, where the cart's bar lies; choosing the favourites brings both into sight.
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole('button', { name: 'Favourites, 1' }).click();
  for (const selector of ['.list-send .button', '.list-tabs .chip.on', '.search', '.cart-bar .button']) await onTop(selector);
  // So does the address of them, once all of it has come.
  await page.goto('about:blank');
  await page.goto(`${mock.address}/g/${GALLERY}?favourites=true`);
  await onTop('.list-send .button');
  await expect.poll(() => page.locator('.toolbar').evaluate((e) => Math.abs(e.getBoundingClientRect().top))).toBeLessThan(2);
  await page.context().setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  for (const selector of ['.search', '.cart-bar .button', '.list-send .button']) await onTop(selector);
  await page.context().setOffline(false);
  // The way on from a cart stays in sight, and the last line of the page can be brought above it.
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  await expect(page.getByRole('link', { name: 'Go to checkout' })).toBeInViewport();
  await page.getByRole('link', { name: 'Keep looking' }).scrollIntoViewIfNeeded();
  await onTop('.summary > .link');
});

test('on a phone the foot of the sheet says what is bought, and that it prints soft', async ({ page, mock, isMobile }) => {
  await openGallery(page, mock.address);
  await page.locator('.tile a').nth(1).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /Fine art print/ }).check();
  const said = page.locator('.chooser-what');
  await expect(said).toHaveText(/^Fine art print · 12 × 18 in/);
  await page.locator('.crop-stage').focus();
  for (let i = 0; i < 16; i += 1) await page.keyboard.press('+');
  await expect(said).toHaveText(/^\d+ ppi: soft at this size$/);
  if (isMobile) await expect(said).toBeInViewport();
  else await expect(said).toBeHidden();
});
