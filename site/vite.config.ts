// Builds the gallery site to site/dist; in development it forwards the API to the mock server.
import { defineConfig } from 'vitest/config';

const api = process.env.DARKSLIDE_API ?? 'http://127.0.0.1:8791';

export default defineConfig({
  build: {
    target: 'es2022',
    // The content security policy allows no data: scripts, and images are better as files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        // What the first screen needs is one file: a dozen small ones wait for each other on a slow line.
        codeSplitting: { groups: [{ name: 'site', test: /preact|[\\/]src[\\/](?:api|gallery|interface|(?!main\.)[^\\/]+\.tsx?$|open[\\/]open_screen|shop[\\/]cart(?:_bar)?\.ts)/ }] },
      },
    },
  },
  server: { proxy: { '/api': api, '/img': api } },
  test: { include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx', 'desk/tests/**/*.test.ts'] },
});
