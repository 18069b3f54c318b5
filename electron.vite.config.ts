import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          electron: at('src/main/hosts/electron/main.ts'),
          runner: at('src/main/hosts/runner/main.ts'),
          cli: at('src/main/hosts/cli/main.ts')
        }
      }
    }
  },
  preload: {
    build: {
      rollupOptions: {
        input: { preload: at('src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [svelte()],
    resolve: { alias: { 'plotly.js-dist-min': 'plotly.js-strict-dist-min' } },
    build: {
      minify: true,
      target: 'chrome140',
      chunkSizeWarningLimit: 6000,
      rollupOptions: { input: { index: at('src/renderer/index.html') } }
    }
  }
});
