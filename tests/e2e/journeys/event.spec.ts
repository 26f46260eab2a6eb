// An event photographed by two people of one studio, each with a computer that holds only its own pictures: one
// gallery, one cart, one order, and both computers send what is theirs.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { addPrint, arrive, checkOut, expect, second, share, studio, test } from './host';

const GALLERY = 'Summer Ball';

interface Ticket {
  lines: { pictures: { file_name: string }[] }[];
}

test('pictures of two computers in one cart are one order, and both print', async ({ page, host }, info) => {
  test.setTimeout(420_000);
  test.skip(host.second === undefined, 'the studio of this host is not at hand');
  studio(host, 'gallery', 'create', GALLERY, '--from', host.pictures!, '--price-list', 'Prints');
  studio(host, 'gallery', 'publish', GALLERY);
  second(host, 'gallery', 'publish', GALLERY, '--from', host.secondPictures!);
  const names = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.jpg')).map((f) => f.split('/').pop()!);
  const [ours, theirs] = [names(host.pictures!), names(host.secondPictures!)];

  await arrive(page, host, share(host, GALLERY));
  await expect(page.getByText(`${ours.length + theirs.length} pictures`).first()).toBeVisible();
  const gallery = page.url();
  const photos = await page.evaluate(async (id) => {
    const answer = await fetch(`/api/gallery/${id}/photos?limit=200`);
    return ((await answer.json()) as { photos: { id: string; file_name: string; width: number }[] }).photos;
  }, new URL(gallery).pathname.split('/')[2]!);
  // The two shoots differ in size, whatever their files are called.
  const [mine, other] = [photos.find((p) => p.width >= 2000)!, photos.find((p) => p.width < 2000)!];
  for (const photo of [mine, other]) {
    await page.goto(`${gallery}/p/${photo.id}`);
    await addPrint(page);
  }
  await page.getByRole('button', { name: 'View cart' }).last().click();
  await expect(page.locator('.cart-line')).toHaveCount(2);
  const number = await checkOut(page, 'Clara Winter');
  await page.screenshot({ path: info.outputPath('one-order.png'), fullPage: true });

  const shown = studio(host, 'orders', 'show', number);
  expect(shown).toContain('Studio computer');
  expect(shown).toContain('Second computer');
  studio(host, 'orders', 'approve', number);
  await expect(page.getByText('Everything is printed')).toBeVisible({ timeout: 240_000 });
  const ticket = JSON.parse(readFileSync(join(host.lab!, 'tickets', number, 'order.json'), 'utf8')) as Ticket;
  const printed = ticket.lines.flatMap((l) => l.pictures.map((p) => p.file_name));
  expect(printed.sort()).toEqual([mine.file_name, other.file_name].sort());
  const files = readdirSync(join(host.lab!, 'hot'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((f) => f.includes(number) && f.endsWith('.jpg'))).toHaveLength(2);
});
