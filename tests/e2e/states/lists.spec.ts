// Named lists, notes, a selection limit, and giving a list to the studio.
import { GALLERY, expect, openGallery, test } from './mock';

test('a list is made, filled, noted on and sent within the limit', async ({ page, mock }) => {
  mock.state.settings.selection_limit = 2;
  await openGallery(page, mock.address);
  await page.locator('.tile a').nth(1).click();
  await page.getByRole('button', { name: 'Lists and note' }).click();
  const sheet = page.getByRole('dialog', { name: 'Lists and note' });
  await sheet.getByRole('textbox', { name: 'New list' }).fill('Album');
  await sheet.getByRole('button', { name: 'Add' }).click();
  await expect(sheet.getByRole('checkbox', { name: /Album/ })).toBeChecked();
  await sheet.getByLabel('Note for the studio').fill('Brighter, please');
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => Object.values(mock.state.lists.notes)).toEqual(['Brighter, please']);
  await page.keyboard.press('Escape');
  await expect(page.locator('.pswp')).toHaveCount(0);

  const hearts = page.getByRole('button', { name: /^Add .* to favourites/ });
  for (let i = 0; i < 3; i += 1) await hearts.first().click({ force: true });
  await expect.poll(() => mock.state.hearts.size).toBe(3);
  await page.getByRole('button', { name: 'Favourites, 3' }).click();
  await expect(page.getByText('3 of 2 chosen')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send to the studio' })).toBeDisabled();
  await page.getByRole('button', { name: /^Remove .* from favourites/ }).first().click();
  await expect(page.getByText('2 of 2 chosen')).toBeVisible();

  await page.getByRole('button', { name: 'Album 1' }).click();
  await expect(page.locator('.tile')).toHaveCount(1);
  await page.getByRole('button', { name: 'Send to the studio' }).click();
  const send = page.getByRole('dialog', { name: 'Send to the studio' });
  await send.getByRole('button', { name: 'Send to Atelier Nordlicht' }).click();
  await expect(send.getByText('Please give your name.')).toBeVisible();
  await send.getByLabel('Name', { exact: true }).fill('Clara');
  await send.getByRole('button', { name: 'Send to Atelier Nordlicht' }).click();
  await expect(page.getByText('Atelier Nordlicht has your list.')).toBeVisible();
  expect(mock.state.given).toMatchObject([{ customer: 'Clara', email: null, photos: [mock.state.photos[1].id] }]);
  await expect(page.getByText(/^Sent on/)).toBeVisible();

  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Name of the list').fill('For the wall');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'For the wall 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete list' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete list' }).click();
  await expect(page.getByRole('button', { name: 'For the wall 1' })).toHaveCount(0);
  expect(mock.state.lists.lists).toEqual([]);
});

test('two windows change the lists and both changes stay', async ({ page, context, mock }) => {
  await openGallery(page, mock.address);
  const other = await context.newPage();
  for (const [window, name] of [[page, 'Mine'], [other, 'Yours']] as const) {
    await window.goto(`${mock.address}/g/${GALLERY}?favourites=true`);
    await window.getByRole('button', { name: 'New list' }).click();
    await window.getByLabel('Name of the list').fill(name);
  }
  for (const window of [page, other]) await window.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => mock.state.lists.lists.map((l: { name: string }) => l.name).sort()).toEqual(['Mine', 'Yours']);
});
