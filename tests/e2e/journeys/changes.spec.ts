// Cancelling while nobody has approved, and links that lead nowhere, on a real host.
import { expect, test } from './host';

test('an order is cancelled until the studio approves', async ({ page, host }) => {
  await page.goto(`${host.site}/#${host.code.replaceAll('-', '')}`);
  await expect(page.locator('.tile').first()).toBeVisible();
  await page.locator('.tile a').nth(2).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('button', { name: /^Add to cart · / }).click();
  await page.getByRole('button', { name: 'View cart' }).last().click();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Clara Winter');
  await page.getByLabel('Phone').fill('040 1234567');
  await page.getByRole('button', { name: /^Place order · / }).click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await page.getByRole('button', { name: 'Cancel the order' }).click();
  await expect(page.getByText('This order was cancelled')).toBeVisible();
  await page.reload();
  await expect(page.getByText('This order was cancelled')).toBeVisible();
});

test('what is not there says so', async ({ page, host }) => {
  await page.goto(`${host.site}/order/nosuchorder`);
  await expect(page.getByRole('heading', { name: 'This order is not here' })).toBeVisible();
  await page.goto(`${host.site}/g/gal_aaaaaaaaaaaaaaaaaaaaaaaaaa`);
  await expect(page.getByRole('heading', { name: 'Please enter your access code again.' })).toBeVisible();
});
