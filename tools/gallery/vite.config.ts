// The page of all figures, for development: npm run gallery. It is no part of what is built or shipped.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '../..');

export default defineConfig({
  root: resolve(root, 'src/renderer/gallery'),
  plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') })],
  resolve: { alias: { 'plotly.js-dist-min': 'plotly.js-strict-dist-min' } },
  cacheDir: resolve(root, 'out/gallery-cache'),
  server: { host: '127.0.0.1', open: true, fs: { allow: [root] } },
  build: {
    outDir: resolve(root, 'out/gallery'),
    emptyOutDir: true,
    target: 'chrome140',
    chunkSizeWarningLimit: 6000
  }
});
