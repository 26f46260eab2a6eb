// A mock host for each test, and a page that fails on any complaint of the browser.
import { test as base, expect, type Page } from '@playwright/test';
import type { AddressInfo } from 'node:net';
// @ts-expect-error: plain JavaScript without types.
import { mockHost } from '../../../site/mock/serve.mjs';

export const GALLERY = 'gal_aaaaaaaaaaaaaaaaaaaaaaaaaa';

interface Mock {
  address: string;
  // The mock's state is whatever a test wants to bend.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  state: any;
}

export const test = base.extend<{ count: number; mock: Mock; quiet: void }>({
  count: [48, { option: true }],
  mock: async ({ count }, use) => {
    const { server, state } = mockHost({ count });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    await use({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state });
    server.closeAllConnections();
    server.close();
  },
  // No script errors, nothing the policy blocks, no request to anywhere else.
  quiet: [
    async ({ page, mock }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (e) => complaints.push(String(e)));
      page.on('console', (m) => {
        if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) complaints.push(m.text());
      });
      page.on('request', (r) => {
        if (!r.url().startsWith(mock.address) && !/^(data|blob|about):/.test(r.url())) complaints.push(`asked ${r.url()}`);
      });
      await use();
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export async function openGallery(page: Page, address: string): Promise<void> {
  await page.goto(`${address}/#000000000001`);
  await expect(page.locator('.tile').first()).toBeVisible();
}

/** A cart with one portrait print of the second picture. */
export async function addPrint(page: Page, tile = 1): Promise<void> {
  await page.locator('.tile a').nth(tile).click();
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('radio', { name: /^Portrait print/ }).check();
  await page.getByRole('button', { name: /Add to cart · €18/ }).click();
  await expect(page.getByText('In your cart')).toBeVisible();
}

export { expect };
