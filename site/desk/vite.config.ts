// Builds the studio's desk to site/desk/dist, which the agent carries inside; in development it forwards the
// API to a running `darkslide desk --port 8792`.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const api = process.env.DARKSLIDE_DESK ?? 'http://127.0.0.1:8792';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    target: 'es2022',
    // The content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  server: { proxy: { '/api': api }, fs: { allow: ['..'] } },
});
