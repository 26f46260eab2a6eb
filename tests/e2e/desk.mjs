// Looks at the lab's desk in a browser: axe at three widths, light and dark, and a screenshot of each.
//   node desk.mjs LINK FOLDER
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';

const [link, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
let bad = 0;
for (const [name, width, height, colorScheme] of [
  ['tablet', 1180, 820, 'light'],
  ['tablet-dark', 1180, 820, 'dark'],
  ['narrow', 430, 900, 'light'],
]) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, hasTouch: true });
  const page = await context.newPage();
  const said = [];
  page.on('console', (m) => { if (m.type() === 'error') said.push(m.text()); });
  page.on('pageerror', (e) => said.push(String(e)));
  await page.goto(link);
  await page.locator('#main h3').first().waitFor();
  const found = await new AxeBuilder({ page }).analyze();
  for (const v of found.violations) said.push(`${v.id}: ${v.help}: ${v.nodes.map((n) => n.target).join(' ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) said.push('the page is wider than the screen');
  await page.locator('details').first().locator('summary').click();
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  await page.locator('a.picture').first().click();
  if (!(await page.locator('#large img').isVisible())) said.push('a picture does not open large');
  for (const line of said) console.log(`${name}: ${line}`);
  bad += said.length;
  await context.close();
}
await browser.close();
process.exit(bad ? 1 : 0);
