// The studio exports pictures again, in other dimensions, after a customer has hearted, carted and ordered them:
// nothing of hers is lost, and the studio decides which version an open order is printed from.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addPrint, arrive, checkOut, expect, run, share, studio, test } from './host';

const GALLERY = 'Portraits';

interface Photo {
  id: string;
  file_name: string;
  version: string;
  width: number;
  favourite: boolean;
}

test('heart, cart and code survive another export; an open order may use either version', async ({ page, browser, host }, info) => {
  test.setTimeout(420_000);
  test.skip(info.project.name !== 'journeys-desk', 'once is enough: it asks nothing of the screen');
  test.skip(host.agent === undefined, 'the studio of this host is not at hand');
  const base = join(dirname(host.pictures!), 'portraits');
  const [folder, archive] = [join(base, 'exports'), join(base, 'archive')];
  rmSync(base, { recursive: true, force: true });
  const draw = (to: string, width: number) =>
    run(host.draw, [to, '--count', '2', '--seed', '11', '--width', String(width), '--height', String((width * 2) / 3)]);
  const files = (of: string) =>
    readdirSync(of, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.jpg')).sort();
  draw(folder, 2400);
  studio(host, 'gallery', 'create', GALLERY, '--from', folder, '--price-list', 'Prints');
  studio(host, 'gallery', 'publish', GALLERY);
  const code = share(host, GALLERY);

  await arrive(page, host, code);
  const gallery = page.url();
  const photos = () =>
    page.evaluate(async (id) => {
      const answer = await fetch(`/api/gallery/${id}/photos`);
      const { photos, favourites } = (await answer.json()) as { photos: Photo[]; favourites: number[] };
      return photos.map((photo, i) => ({ ...photo, favourite: favourites.includes(i) }));
    }, new URL(gallery).pathname.split('/')[2]!);
  const before = await photos();
  expect(before.length).toBe(2);
  for (let i = 1; i <= 2; i += 1) {
    await page.getByRole('button', { name: /^Add .* to favourites/ }).first().click();
    await expect(page.getByRole('button', { name: `Favourites, ${i}` })).toBeVisible();
  }
  for (const { id } of before) {
    await page.goto(`${gallery}/p/${id}`);
    await addPrint(page);
  }
  await page.getByRole('button', { name: 'View cart' }).last().click();
  const number = await checkOut(page, 'Clara Winter');
  const status = page.url();
  await page.goto(`${gallery}/p/${before[0]!.id}`);
  await addPrint(page);

  // Exported again over the old files; what was ordered lies in the studio's archive.
  for (const file of files(folder)) {
    mkdirSync(dirname(join(archive, file)), { recursive: true });
    copyFileSync(join(folder, file), join(archive, file));
    utimesSync(join(archive, file), 1_700_000_000, 1_700_000_000);
  }
  draw(folder, 1800);
  studio(host, 'scan', folder);
  studio(host, 'gallery', 'publish', GALLERY);

  await page.goto(gallery);
  await expect(page.getByRole('button', { name: 'Favourites, 2' })).toBeVisible();
  const after = await photos();
  expect(after.map((p) => p.id)).toEqual(before.map((p) => p.id));
  expect(after.map((p) => p.width)).not.toEqual(before.map((p) => p.width));
  expect(after.every((p, i) => p.favourite && p.version !== before[i]!.version)).toBe(true);
  // The cart says what happened; looking at the crop is all she has to do.
  await page.getByRole('link', { name: /View cart/ }).last().click();
  await expect(page.locator('.cart-line')).toHaveCount(1);
  await expect(page.getByText('The photographer has replaced this picture.')).toBeVisible();
  await page.screenshot({ path: info.outputPath('replaced.png') });
  await page.getByRole('button', { name: 'Check crop' }).click();
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByText('The photographer has replaced this picture.')).toHaveCount(0);
  const renewed = await checkOut(page, 'Clara Winter');
  // The card still opens the gallery, on a telephone that never saw it.
  const stranger = await (await browser.newContext()).newPage();
  await arrive(stranger, host, code);
  await stranger.context().close();

  // The order of the old version waits, and names both ways on.
  studio(host, 'orders', 'approve', number);
  await expect.poll(() => studio(host, 'orders', 'show', number), { timeout: 60_000, intervals: [1_000] })
    .toMatch(/put the ordered file back[^"]*orders use-newer/);
  studio(host, 'orders', 'use-newer', number, '--line', '1');
  studio(host, 'scan', archive);
  studio(host, 'orders', 'approve', renewed);
  await page.goto(status);
  await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 240_000 });
  const ticket = JSON.parse(readFileSync(join(host.lab!, 'tickets', number, 'order.json'), 'utf8')) as {
    lines: { pictures: { file_name: string }[] }[];
  };
  expect(ticket.lines.map((l) => l.pictures[0]!.file_name)).toEqual(before.map((p) => p.file_name));
});
