// Every state passes axe, and the whole way from code to order works by keyboard alone.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { GALLERY, addPrint, expect, openGallery, test } from './mock';

async function passes(page: Page, state: string): Promise<void> {
  await page.waitForTimeout(500); // Fading in lowers the contrast that axe measures.
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  expect(found, state).toEqual([]);
}

test('every state passes axe', async ({ page, mock }) => {
  await page.goto(mock.address);
  await passes(page, 'door');
  await page.getByLabel('Access code').fill('nonsense');
  await page.getByRole('button', { name: 'Open gallery' }).click();
  await expect(page.getByRole('alert')).toContainText('twelve');
  await passes(page, 'mistyped code');
  await page.goto(`${mock.address}/#000000000002`);
  await expect(page.getByLabel('Shall the studio tell you when they are?')).toBeVisible();
  await passes(page, 'not ready yet');
  await page.goto(`${mock.address}/somewhere/else`);
  await passes(page, 'no such page');
  await page.goto(`${mock.address}/order/unknown`);
  await expect(page.getByRole('heading', { name: 'This order is not here' })).toBeVisible();
  await passes(page, 'no such order');

  await openGallery(page, mock.address);
  await passes(page, 'gallery');
  await page.getByRole('searchbox').fill('zzz');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await passes(page, 'nothing found');
  await page.getByRole('button', { name: 'Show all pictures' }).last().click();

  await page.getByRole('button', { name: 'Open on another device' }).click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  await passes(page, 'link to another device');
  await page.keyboard.press('Escape');
  await page.locator('.tile a').nth(1).click();
  await expect(page.getByRole('button', { name: 'Order prints' })).toBeVisible();
  await passes(page, 'viewer');
  await page.getByRole('button', { name: 'Lists and note' }).click();
  await page.getByRole('textbox', { name: 'New list' }).fill('Album');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('checkbox', { name: /Album/ })).toBeChecked();
  await passes(page, 'lists of a picture');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await expect(page.locator('.crop-frame')).toBeVisible();
  await passes(page, 'choosing a print');
  await page.getByRole('button', { name: 'Whole picture, white border' }).click();
  await expect(page.locator('.crop-paper')).toBeVisible();
  await passes(page, 'the whole picture with a border');
  await page.getByRole('button', { name: 'Fill the paper' }).click();
  await page.getByRole('radio', { name: /Wallet set/ }).check();
  await page.getByRole('button', { name: 'Use another picture here' }).click();
  await passes(page, 'choosing pictures of a set');
  await page.getByRole('button', { name: /Add to cart · €16/ }).click();
  await page.goto(`${mock.address}/g/${GALLERY}?list=${mock.state.lists.lists[0].id}`);
  await expect(page.getByRole('button', { name: 'Send to the studio' })).toBeVisible();
  await passes(page, 'a list');
  await page.getByRole('button', { name: 'Send to the studio' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await passes(page, 'sending a list');
  await page.goto(`${mock.address}/g/${GALLERY}/cart`);
  await expect(page.locator('.cart-line')).toBeVisible();
  await passes(page, 'cart');
  mock.state.gone.add(mock.state.cart.lines[0].nodes[0].photo);
  await page.reload();
  await expect(page.getByText('No longer in the gallery')).toBeVisible();
  await passes(page, 'cart with a withdrawn picture');
  mock.state.gone.clear();
  await page.reload();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByRole('radio', { name: /Ship to an address/ }).check();
  await page.getByRole('button', { name: /Place order/ }).click();
  await expect(page.getByText('Please give your name.')).toBeVisible();
  await passes(page, 'checkout with faults');
  await page.getByRole('radio', { name: /Pick up/ }).check();
  await page.getByLabel('Name', { exact: true }).fill('Clara');
  await page.getByLabel('Phone').fill('040 1234');
  // Pressed on the total with shipping, it would ask whether the new one is agreed to.
  await page.getByRole('button', { name: 'Place order · €16.00' }).click();
  await expect(page.getByRole('heading', { name: 'Thank you, Clara' })).toBeVisible();
  await passes(page, 'confirmation');
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await passes(page, 'asking before cancelling');
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(page.getByText('This order was cancelled')).toBeVisible();
  await passes(page, 'cancelled');
});

test('the whole way by keyboard, with a crop set without dragging', async ({ page, mock }) => {
  /** Tabs on until the named thing has the focus. */
  const reach = async (name: RegExp) => {
    for (let i = 0; i < 150; i += 1) {
      const focused = await page.evaluate(() => {
        const e = document.activeElement;
        const label = e instanceof HTMLInputElement ? (e.labels?.[0]?.textContent ?? '') : '';
        if (!e || e === document.body) return '';
        return [e.getAttribute('aria-label'), label, e.textContent].find((text) => text?.trim())?.trim() ?? '';
      });
      if (name.test(focused)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${name} cannot be reached by Tab`);
  };
  await page.goto(mock.address);
  await reach(/Access code/);
  await page.keyboard.type('oooo oooo oool');
  await page.keyboard.press('Enter');
  await expect(page.locator('.tile').first()).toBeVisible();
  await reach(/^Open First light/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('link', { name: 'Open The vows' }).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.pswp--ui-visible')).toBeVisible();
  await page.waitForTimeout(800); // Keys wait until the picture has opened.
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.foot-position')).toContainText('Picture 3 of 48');
  await page.keyboard.press('ArrowLeft');
  await reach(/Order prints/);
  await page.keyboard.press('Enter');
  // The sheet is fetched first; a Tab before it is there would move on in the viewer.
  await expect(page.getByRole('dialog', { name: 'Order prints' })).toBeVisible();
  await reach(/^Crop\./);
  for (const key of ['+', '+', '+', 'Shift+ArrowRight', 'Shift+ArrowDown', 'r']) await page.keyboard.press(key);
  await reach(/Small print/);
  await page.keyboard.press('ArrowDown');
  await reach(/Add to cart · /);
  await page.keyboard.press('Enter');
  await expect.poll(() => mock.state.cart.lines.length).toBe(1);
  const { crop } = mock.state.cart.lines[0].nodes[0];
  expect(crop.quarter_turns).toBe(1);
  expect(Math.max(crop.rect.width, crop.rect.height)).toBeLessThan(0.95);
  // The focus is back where it came from, in the viewer, and after it in the grid.
  await expect(page.getByRole('button', { name: 'Order prints' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.pswp')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Open The vows' }).first()).toBeFocused();
  await reach(/View cart/);
  await page.keyboard.press('Enter');
  await reach(/Go to checkout/);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name', { exact: true })).toBeVisible();
  await reach(/^Name/);
  await page.keyboard.type('Clara Winter');
  await reach(/E-mail/);
  await page.keyboard.type('clara@example.org');
  await expect(page.getByRole('button', { name: /Place order · €/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Thank you, Clara Winter' })).toBeVisible();
});

test('zoomed to 400 % nothing runs off to the side', async ({ page, mock }) => {
  await page.setViewportSize({ width: 640, height: 900 });
  await openGallery(page, mock.address);
  await addPrint(page);
  await page.setViewportSize({ width: 320, height: 256 });
  for (const path of ['', '/cart', '/checkout']) {
    await page.goto(`${mock.address}/g/${GALLERY}${path}`);
    await page.waitForTimeout(700);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over, path).toBeLessThanOrEqual(0);
  }
});

test('who asked for less motion sees none', async ({ page, mock }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.addInitScript(() => {
    const moving = new Set<string>();
    Object.assign(globalThis, { moving });
    const look = () => {
      for (const animation of document.getAnimations()) {
        const { effect } = animation;
        if (Number(effect?.getComputedTiming().duration ?? 0) < 2) continue;
        moving.add(`${(effect as KeyframeEffect).target?.className}: ${(animation as CSSTransition).transitionProperty ?? (animation as CSSAnimation).animationName}`);
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await openGallery(page, mock.address);
  await page.getByRole('link', { name: 'View the pictures' }).click();
  // Two frames later the page is where a gentle scroll would arrive after half a second.
  const top = await page.evaluate(async () => {
    for (let i = 0; i < 2; i += 1) await new Promise((done) => requestAnimationFrame(done));
    return document.getElementById('pictures')?.getBoundingClientRect().top;
  });
  expect(Math.abs(top ?? 99)).toBeLessThan(2);
  await page.getByRole('button', { name: /^Add .* to favourites/ }).first().click();
  await addPrint(page);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.foot-position')).toContainText('Picture 3 of 48');
  await page.keyboard.press('Escape');
  await expect(page.locator('.pswp')).toHaveCount(0);
  expect(await page.evaluate(() => [...(globalThis as unknown as { moving: Set<string> }).moving])).toEqual([]);
});
