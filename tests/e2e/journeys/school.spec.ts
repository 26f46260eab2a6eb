// A school: a child's code shows that child and nobody else; the codes of siblings are seen together.
import { readdirSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { addPrint, arrive, checkOut, expect, share, studio, test, type Host } from './host';

const GALLERY = 'Spring School';

/** Pictures by what they show; the studio's gallery of them, published. */
function school(host: Host, roster: string): { codes: Record<'mia' | 'noah' | 'all', string>; stems: string[] } {
  const files = readdirSync(host.pictures!, { recursive: true, encoding: 'utf8' });
  const stems = files.filter((f) => f.endsWith('.jpg')).map((f) => f.split('/').pop()!.replace('.jpg', '')).sort();
  const [one, two, three, both, other] = stems;
  writeFileSync(roster, [
    'file,title,subject,group', `${one},Mia on the swing,Mia Berg,3b`, `${two},Mia laughs,Mia Berg,3b`,
    `${three},Noah with the ball,Noah Berg,1a`, `${both},Brother and sister,Mia Berg,3b`,
    `${both},Brother and sister,Noah Berg,1a`, `${other},Zoë in the garden,Zoë Quist,4a`, '',
  ].join('\n'));
  studio(host, 'import-metadata', roster);
  studio(host, 'gallery', 'create', GALLERY, '--from', host.pictures!, '--price-list', 'Prints');
  studio(host, 'gallery', 'publish', GALLERY);
  const codes = { mia: share(host, GALLERY, 'Mia Berg'), noah: share(host, GALLERY, 'Noah Berg'), all: share(host, GALLERY) };
  return { codes, stems };
}

const titles = (page: Page) => page.locator('.tile a').evaluateAll((all) => all.map((a) => a.getAttribute('aria-label')).sort());

test('a child’s code shows the child, siblings’ codes show both', async ({ page, browser, host }, info) => {
  test.skip(host.agent === undefined, 'the studio of this host is not at hand');
  const { codes, stems } = school(host, info.outputPath('roster.csv'));
  const MIA = ['Open Brother and sister', 'Open Mia laughs', 'Open Mia on the swing'];

  // What the studio itself sees, to have addresses of other children's pictures.
  const office = await (await browser.newContext()).newPage();
  await arrive(office, host, codes.all);
  await expect(office.getByText(`${stems.length} pictures`).first()).toBeVisible();
  const zoe = (await office.getByRole('link', { name: 'Open Zoë in the garden' }).getAttribute('href'))!;
  const pixels = await office.getByRole('link', { name: 'Open Zoë in the garden' }).locator('img').last().getAttribute('src');
  await office.context().close();

  await arrive(page, host, codes.mia);
  await expect(page.locator('.tile')).toHaveCount(3);
  expect(await titles(page)).toEqual(MIA);
  await page.screenshot({ path: info.outputPath('mia.png') });
  await page.getByRole('searchbox').fill('Noah');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search' }).click();
  await page.goto(host.site + zoe);
  await expect(page.getByText('This picture is no longer in the gallery.')).toBeVisible();
  expect(await page.evaluate(async (url) => (await fetch(url, { cache: 'no-store' })).status, pixels!)).toBe(403);

  await arrive(page, host, codes.mia);
  await page.getByRole('link', { name: 'Open Mia laughs' }).click();
  await addPrint(page);
  await page.goto(page.url().replace(/\/p\/.*/, ''));

  // The second card of the family, typed in.
  await page.getByRole('link', { name: 'Add another code' }).click();
  await page.getByLabel('Access code').fill(codes.noah.toLowerCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: 'Open gallery' }).click();
  await expect(page.locator('.tile')).toHaveCount(4);
  expect(await titles(page)).toEqual([...MIA, 'Open Noah with the ball'].sort());
  await page.screenshot({ path: info.outputPath('siblings.png') });
  await page.reload();
  await expect(page.locator('.tile')).toHaveCount(4);
  await page.getByRole('link', { name: 'Open Noah with the ball' }).click();
  await addPrint(page);
  // One cart of both, one order.
  await page.getByRole('button', { name: 'View cart' }).last().click();
  await expect(page.locator('.cart-line')).toHaveCount(2);
  const number = await checkOut(page, 'Greta Berg');
  const order = studio(host, 'orders', 'show', number);
  for (const stem of [stems[1]!, stems[2]!]) expect(order).toContain(stem);
});
