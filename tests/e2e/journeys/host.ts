// The running Darkslide that journeys are made on: the one of DARKSLIDE_SITE and DARKSLIDE_CODE, or one
// started for this run.
import { test as base, expect, type Page } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Host {
  site: string;
  code: string;
  gallery: string;
  /** The studio's agent, to approve orders; absent when somebody else's host is used. */
  agent?: string[];
  /** The lab receiver's folder: `hot/` and `tickets/`. */
  lab?: string;
  /** The lab's commands. */
  receiver?: string[];
  /** Ports at which the host looks for its mail server and for Stripe: stand-ins listen there. */
  smtp?: number;
  stripe?: number;
  /** The folder of the pictures that are published in `gallery`. */
  pictures?: string;
  /** The studio's second computer, and the folder of the pictures only it has. */
  second?: string[];
  secondPictures?: string;
  /** The program that draws pictures. */
  draw?: string[];
  /** The program that reads coded grids. */
  locate?: string[];
}

async function start(grids: boolean): Promise<{ host: Host; stop: () => Promise<void> }> {
  const { DARKSLIDE_SITE: site, DARKSLIDE_CODE: code } = process.env;
  if (site && code && !grids) return { host: { site, code, gallery: '' }, stop: async () => undefined };
  const script = fileURLToPath(new URL('../host.py', import.meta.url));
  const running = spawn('python3', [script, ...(grids ? ['--grids'] : [])], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => running.on('exit', () => done()));
  const line = await Promise.race([
    new Promise<string>((done) => createInterface({ input: running.stdout }).once('line', done)),
    ended.then(() => {
      throw new Error('the host for the journeys did not start; what it said is above');
    }),
  ]);
  return {
    host: JSON.parse(line) as Host,
    stop: async () => {
      running.stdin.end();
      await ended;
    },
  };
}

export const test = base.extend<{ complaints: void }, { grids: boolean; host: Host }>({
  /** Whether the studio's pictures are coded grids. */
  grids: [false, { option: true, scope: 'worker' }],
  host: [
    async ({ grids }, use) => {
      const { host, stop } = await start(grids);
      await use(host);
      await stop();
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  // No script errors, nothing the host's policy blocks, no request to anywhere else.
  complaints: [
    async ({ page, host }, use) => {
      const found: string[] = [];
      page.on('pageerror', (e) => found.push(String(e)));
      page.on('console', (m) => {
        if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) found.push(m.text());
      });
      page.on('request', (r) => {
        if (!r.url().startsWith(host.site) && !/^(data|blob|about):/.test(r.url())) found.push(`asked ${r.url()}`);
      });
      await use();
      expect(found).toEqual([]);
    },
    { auto: true },
  ],
});

export const studio = (host: Host, ...args: string[]): string => run(host.agent, args);

/** The studio's second computer. */
export const second = (host: Host, ...args: string[]): string => run(host.second, args);

export function run(command: string[] | undefined, args: string[], env = process.env, input = ''): string {
  const [program, ...always] = command ?? [];
  if (program === undefined) throw new Error('this host was started elsewhere: its studio is not at hand');
  return execFileSync(program, [...always, ...args], { encoding: 'utf8', env, input });
}

/** An access code of a gallery: for everything, or for the pictures of some people. */
export function share(host: Host, gallery: string, ...people: string[]): string {
  const said = studio(host, 'gallery', 'share', gallery, '--no-qr', ...people.flatMap((name) => ['--subject', name]));
  const code = /"code"\s*:\s*"([^"]+)"/.exec(said)?.[1];
  if (code === undefined) throw new Error(`no code in ${said}`);
  return code;
}

/** Follows the link of a card. */
export async function arrive(page: Page, host: Host, code: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${host.site}/#${code.replaceAll('-', '')}`);
  await expect(page.locator('.tile').first()).toBeVisible();
}

/** Puts the picture that is open into the cart, in the size that is offered first. */
export async function addPrint(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Order prints' }).click();
  await page.getByRole('button', { name: /^Add to cart · / }).click();
  await expect(page.getByText('In your cart')).toBeVisible();
}

/** From the cart to the thanks; the order's number. */
export async function checkOut(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Phone').fill('040 1234567');
  await page.getByRole('button', { name: /^Place order · / }).click();
  await expect(page.getByRole('heading', { name: `Thank you, ${name}` })).toBeVisible();
  return (await page.getByText(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}$/).innerText()).replace('Order ', '');
}

export { expect };
