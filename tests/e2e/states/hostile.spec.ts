// Hostile text wherever a stranger may have written: shown as text, no script, no report of the policy.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GALLERY, expect, test } from './mock';

const corpora = process.env['DARKSLIDE_CORPORA'] ?? fileURLToPath(new URL('../../../../shared/corpora', import.meta.url));
const file = `${corpora}/strings/blns.json`;
const there = existsSync(file);
if (!there) console.log(`notice: ${file} is not there; hostile text is not tried`);
const strings: string[] = there ? (JSON.parse(readFileSync(file, 'utf8')) as string[]).filter((s) => s.trim() !== '') : [];

test.use({ count: Math.max(1, strings.length) });

test('every naughty string is shown as text', async ({ page, mock }) => {
  test.skip(!there, 'no corpora here');
  test.setTimeout(360_000);
  const { state } = mock;
  const all = strings.join(' ').slice(0, 1_500);
  strings.forEach((text, i) => Object.assign(state.photos[i], { title: text, caption: text, file_name: text, section: text, keywords: [text] }));
  state.settings.studio_name = strings.find((s) => s.includes('<script>')) ?? all;
  state.lists = {
    lists: strings.slice(0, 20).map((name, i) => ({ id: `a${i}`, name, photos: [state.photos[i].id] })),
    notes: Object.fromEntries(strings.map((s, i) => [state.photos[i].id, s])),
    submitted: {},
    revision: 1,
  };
  await page.addInitScript(() => {
    const w = window as unknown as { reports: string[] };
    w.reports = [];
    document.addEventListener('securitypolicyviolation', (e) => w.reports.push(`${e.violatedDirective} ${e.blockedURI}`));
  });
  page.on('dialog', () => {
    throw new Error('a script ran');
  });
  await page.goto(`${mock.address}/#000000000001`);
  await expect(page.locator('.tile').first()).toBeVisible();
  await expect(page.locator('.masthead-name')).toHaveText(state.settings.studio_name);
  // Through the whole gallery, so that every string has been in the page.
  const seen = new Set<number>();
  for (let i = 0; seen.size < strings.length && i < 400; i += 1) {
    for (const index of await page.locator('[data-index]').evaluateAll((links) => links.map((l) => Number((l as HTMLElement).dataset['index'])))) seen.add(index);
    // Faster than the host answers, some were passed by: then once more from the top.
    await page.evaluate(() => {
      const before = scrollY;
      scrollBy(0, innerHeight);
      if (scrollY === before) scrollTo(0, 0);
    });
    await page.waitForTimeout(60);
  }
  expect(seen.size).toBe(strings.length);
  const labels = await page.locator('[data-index]').evaluateAll((links) => links.map((l) => [Number((l as HTMLElement).dataset['index']), l.getAttribute('aria-label')] as const));
  for (const [index, label] of labels) expect(label).toBe(`Open ${strings[index]}`);

  // One by one in the viewer: the name is exactly the string.
  const sample = strings.map((text, i) => ({ text, i })).filter(({ text }) => /[<>"'`{}\u202a-\u202e\u0000-\u001f]/u.test(text)).filter((_, n) => n % 9 === 0).slice(0, 12);
  await page.evaluate(() => scrollTo(0, 0));
  for (const { text, i } of sample) {
    await page.goto(`${mock.address}/g/${GALLERY}/p/${state.photos[i].id}`);
    await expect(page.locator('.foot-name')).toBeVisible();
    expect(await page.locator('.foot-name').evaluate((e) => e.textContent)).toBe(text);
  }
  await page.getByRole('button', { name: 'Lists and note' }).click();
  await expect(page.locator('.lists-check')).toHaveCount(20);
  const last = sample.at(-1)!;
  await expect(page.locator('.lists-note textarea')).toHaveValue(last.text.replace(/\r\n?/g, '\n'));
  const names = await page.locator('.lists-check span:not(.hint)').evaluateAll((spans) => spans.map((s) => s.textContent));
  expect(names).toEqual(strings.slice(0, 20));
  expect(await page.evaluate(() => (window as unknown as { reports: string[] }).reports)).toEqual([]);
  expect(await page.locator('script:not([src])').count()).toBe(0);
});
