// Five thousand pictures: a bounded page, no layout shift, quick answers to the hand.
import { expect, openGallery, test } from './mock';

test.use({ count: 5_000 });

test('5,000 pictures scroll with a bounded page and without layout shift', async ({ page, mock }) => {
  await page.addInitScript(() => {
    (window as unknown as { shift: number }).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as unknown as { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) (window as unknown as { shift: number }).shift += shift.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await openGallery(page, mock.address);
  let most = 0;
  for (let i = 0; i < 40; i += 1) {
    await page.evaluate(() => scrollBy(0, innerHeight * 1.5));
    await page.waitForTimeout(40);
    most = Math.max(most, await page.locator('.tile').count());
  }
  // A jump far down is answered too.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight * 0.9));
  const first = async () => Number(await page.locator('.tile').first().getAttribute('aria-posinset', { timeout: 500 }).catch(() => 0));
  await expect.poll(first, { timeout: 60_000 }).toBeGreaterThan(3_500);
  most = Math.max(most, await page.locator('.tile').count());
  expect(most).toBeLessThan(160);
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBe(0);
});

test('Back comes to the same place', async ({ page, mock }) => {
  await openGallery(page, mock.address);
  // One place further back, so that going back too far would show.
  await page.goto(`${mock.address}/`);
  await page.getByRole('link', { name: /Clara & Jonas/ }).click();
  await expect(page.locator('.tile').first()).toBeVisible();
  await page.evaluate(() => scrollTo(0, 6_000));
  await page.waitForTimeout(800);
  await page.locator('.tile a').nth(12).click();
  await expect(page.locator('.foot')).toBeVisible();
  const before = await page.evaluate(() => scrollY);
  await page.goBack();
  await expect(page.locator('.pswp')).toHaveCount(0);
  expect(await page.evaluate(() => scrollY)).toBe(before);
  // Focus alone, which would otherwise scroll: that place would be come back to.
  await page.evaluate(() => document.querySelector<HTMLElement>('.masthead-name')?.focus({ preventScroll: true }));
  await page.goto(`${mock.address}/order/none`);
  await page.goBack();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
});
