// The studio's day on a real agent, without a terminal: an order comes in, its crop is changed, it is approved and
// printed, and sold again; a picture leaves the gallery and comes back.
import type { Page } from '@playwright/test';
import { addPrint, arrive, checkOut, expect, studio, test } from './host';

async function atTheDesk(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Orders' })).toBeVisible();
}

/** Whether a customer finds a picture by its file's name. */
async function isShown(page: Page, file: string): Promise<boolean> {
  await page.reload();
  await page.getByRole('searchbox').fill(file);
  const found = page.getByText('1 picture found');
  await expect(found.or(page.getByText('Nothing found')).first()).toBeVisible();
  return found.isVisible();
}

test('an order is cropped, approved, printed and sold again at the desk', async ({ page, host, browser }, info) => {
  test.setTimeout(420_000);
  test.skip(host.agent === undefined, 'the studio of this host is not at hand');
  await arrive(page, host, host.code);
  await page.locator('.tile a').first().click();
  await addPrint(page);
  await page.getByRole('button', { name: 'View cart' }).last().click();
  const number = await checkOut(page, 'Edda Falk');
  const status = page.url();

  const said = studio(host, 'desk', '--no-open');
  const link = /"link"\s*:\s*"([^"]+)"/.exec(said)?.[1];
  expect(link, said).toBeDefined();
  const desk = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  const complaints: string[] = [];
  desk.on('pageerror', (e) => complaints.push(String(e)));
  desk.on('console', (m) => {
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) complaints.push(m.text());
  });
  await atTheDesk(desk, link!);
  await desk.getByRole('link', { name: new RegExp(`Edda Falk.*${number}`, 's') }).click();
  await expect(desk.getByRole('heading', { name: 'Edda Falk' })).toBeVisible();
  await expect(desk.locator('.crop-view img.here').first()).toBeVisible();
  await desk.screenshot({ path: info.outputPath('order.png'), fullPage: true });

  await desk.getByRole('button', { name: 'Change crop' }).first().click();
  await desk.locator('.crop-stage').focus();
  for (const key of ['+', '+', 'ArrowLeft']) await desk.keyboard.press(key);
  await desk.getByRole('button', { name: 'Use this crop' }).click();
  await expect(desk.getByText('1 change by the studio')).toBeVisible();
  await desk.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 240_000 });

  await desk.goto(`${new URL(link!).origin}/orders/${number}`);
  await desk.getByRole('button', { name: 'Sell again …' }).click();
  const sheet = desk.getByRole('dialog');
  await sheet.getByRole('button', { name: /^One more: / }).first().click();
  await sheet.getByRole('button', { name: /^Place it for / }).click();
  await expect(desk.getByText('The studio sold this again')).toBeVisible();
  await expect(desk.getByRole('heading', { name: 'Edda Falk' })).toBeVisible();
  const again = desk.url().split('/').pop()!;
  expect(again).not.toBe(number);
  await desk.getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => studio(host, 'orders', 'show', again), { timeout: 240_000, intervals: [2_000] }).toMatch(/"stage":\s*"printed"/);
  // The order before is as it was.
  await page.goto(status);
  await expect(page.getByText('Everything is printed')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a picture leaves the gallery and comes back at the desk', async ({ page, host, browser }) => {
  test.setTimeout(300_000);
  test.skip(host.agent === undefined, 'the studio of this host is not at hand');
  await arrive(page, host, host.code);
  const link = /"link"\s*:\s*"([^"]+)"/.exec(studio(host, 'desk', '--no-open'))![1]!;
  const desk = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  await atTheDesk(desk, link);
  await desk.goto(`${new URL(link).origin}/galleries`);
  await desk.locator('a.row-link', { hasText: host.gallery }).click();
  await desk.getByRole('button', { name: 'Pictures …' }).click();
  const sheet = desk.getByRole('dialog');
  const file = await sheet.locator('.frames button').last().innerText();
  await sheet.locator('.frames button').last().click();
  await sheet.getByRole('button', { name: 'Take out 1 picture' }).click();
  await expect(sheet.getByRole('button', { name: /Taken out\s*1/ })).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => isShown(page, file), { timeout: 60_000 }).toBe(false);
  await sheet.getByRole('button', { name: /^Taken out/ }).click();
  await sheet.getByRole('button', { name: file }).click();
  await sheet.getByRole('button', { name: 'Put back 1 picture' }).click();
  await expect(sheet.getByText('No picture was taken out.')).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => isShown(page, file), { timeout: 60_000 }).toBe(true);
});
