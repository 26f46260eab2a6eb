// The running Darkslide that journeys are made on: the one of DARKSLIDE_SITE and DARKSLIDE_CODE, or one
// started for this run.
import { test as base, expect } from '@playwright/test';
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

export function studio(host: Host, ...args: string[]): string {
  const [program, ...always] = host.agent ?? [];
  if (program === undefined) throw new Error('this host was started elsewhere: its studio is not at hand');
  return execFileSync(program, [...always, ...args], { encoding: 'utf8' });
}

export { expect };
