// The customers' site in a real browser, as a phone and as a desk. `states` runs against the site's mock
// host, `journeys` and `crops` against a running Darkslide host.
import { defineConfig } from '@playwright/test';

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3 };
const desk = { viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: { launchOptions, locale: 'en-GB', trace: 'retain-on-failure' },
  projects: [
    { name: 'states-phone', testMatch: 'states/*.spec.ts', use: { ...phone, colorScheme: 'dark' } },
    { name: 'states-desk', testMatch: 'states/*.spec.ts', use: desk },
    { name: 'journeys-phone', testMatch: 'journeys/*.spec.ts', use: phone },
    { name: 'crops', testMatch: 'crops/*.spec.ts' },
    { name: 'journeys-desk', testMatch: 'journeys/*.spec.ts', use: desk },
  ],
});
