import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const at = (path: string) => resolve(import.meta.dirname, path);

/** Puts the compiled kernels (npm run kernels) beside the bundle, where src/main/hosts/runner/kernel-files.ts finds them. */
const kernels: Plugin = {
  name: 'bitlab-kernels',
  generateBundle() {
    const folder = at('src/main/kernels/build');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.wasm'))) {
      const source = readFileSync(resolve(folder, file));
      this.emitFile({ type: 'asset', fileName: `kernels/${file}`, source });
    }
  }
};

export default defineConfig({
  main: {
    plugins: [kernels],
    build: {
      rollupOptions: {
        input: {
          electron: at('src/main/hosts/electron/main.ts'),
          runner: at('src/main/hosts/runner/main.ts'),
          queries: at('src/main/store/run-query-thread.ts'),
          'accelerator-worker': at('src/main/hosts/runner/accelerator-worker.ts'),
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
