/**
 * The house as data: folder -> what its files may import, beside themselves. The rule bitlab/layers (tools/eslint/layers.js)
 * enforces it, and test/architecture proves that it objects. The longest matching folder wins.
 * `packages` are npm packages; `node:` stands for every Node built-in.
 */
export const layers = {
  'src/contract': { imports: [], packages: ['zod'] },

  'src/main/numeric': { imports: ['src/contract'], packages: [] },
  'src/main/kernels': { imports: ['src/main/numeric', 'src/contract'], packages: [] },
  'src/main/quantization': {
    imports: ['src/main/kernels', 'src/main/numeric', 'src/contract'],
    packages: []
  },
  'src/main/simulation': {
    imports: ['src/main/quantization', 'src/main/kernels', 'src/main/numeric', 'src/contract'],
    packages: []
  },
  'src/main/graph': {
    imports: ['src/main/quantization', 'src/main/numeric', 'src/contract'],
    packages: ['protobufjs']
  },
  'src/main/datasets': {
    imports: ['src/main/numeric', 'src/contract'],
    packages: ['node:', 'yauzl', 'csv-parse', 'sharp']
  },
  'src/main/imported-results': {
    imports: ['src/contract'],
    packages: ['node:', 'better-sqlite3', 'csv-parse']
  },
  'src/main/inference': {
    imports: [
      'src/main/graph',
      'src/main/simulation',
      'src/main/quantization',
      'src/main/kernels',
      'src/main/numeric',
      'src/contract'
    ],
    packages: ['node:', 'onnxruntime-node', 'onnxruntime-common']
  },
  'src/main/store': {
    imports: ['src/main/numeric', 'src/contract'],
    packages: ['node:', 'better-sqlite3']
  },
  'src/main/experiments': {
    imports: [
      'src/main/inference',
      'src/main/store',
      'src/main/datasets',
      'src/main/imported-results',
      'src/main/graph',
      'src/main/simulation',
      'src/main/quantization',
      'src/main/kernels',
      'src/main/numeric',
      'src/contract'
    ],
    packages: ['node:', 'yaml', 'csv-parse', 'csv-stringify']
  },
  'src/main/hosts': {
    imports: ['src/main', 'src/contract'],
    packages: ['node:', 'commander', 'cli-progress', 'cli-table3', 'env-paths']
  },
  'src/main/hosts/electron': { imports: ['src/main', 'src/contract'], packages: ['node:', 'electron'] },
  'src/preload': { imports: ['src/contract'], packages: ['electron'] },

  'src/renderer': {
    imports: ['src/renderer', 'src/contract'],
    packages: ['svelte', 'bits-ui', '@lucide/svelte', 'vite', 'zod']
  },
  'src/renderer/client': { imports: ['src/contract'], packages: [] },
  'src/renderer/state': { imports: ['src/renderer/client', 'src/contract'], packages: ['svelte'] },
  'src/renderer/figures': { imports: ['src/contract'], packages: [] },
  'src/renderer/gallery': {
    imports: ['src/renderer', 'src/contract'],
    packages: ['svelte', 'bits-ui']
  },
  'src/renderer/components': {
    imports: ['src/renderer/state', 'src/renderer/figures', 'src/contract'],
    packages: ['svelte', 'bits-ui', '@lucide/svelte', 'plotly.js-dist-min']
  },
  'src/renderer/views': {
    imports: ['src/renderer/components', 'src/renderer/state', 'src/renderer/figures', 'src/contract'],
    packages: ['svelte', 'bits-ui', '@lucide/svelte']
  }
};

/** Folders without Node, DOM, clock and unseeded randomness. */
export const pure = [
  'src/contract',
  'src/main/numeric',
  'src/main/kernels/reference',
  'src/main/quantization',
  'src/main/simulation',
  'src/main/graph',
  'src/renderer/figures'
];
