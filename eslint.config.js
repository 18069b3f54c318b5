import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { layers, pure } from './layers.config.js';
import svelteConfig from './svelte.config.js';
import { layersRule } from './tools/eslint/layers.js';

const impure = [
  'process',
  'Buffer',
  'window',
  'document',
  'navigator',
  'fetch',
  'performance',
  'setTimeout',
  'setInterval',
  'console',
  'crypto'
];

export default ts.config(
  {
    ignores: [
      'out/',
      'release/',
      'node_modules/',
      'coverage/',
      'shots/',
      'src/main/kernels/assembly/',
      'src/main/kernels/build/'
    ]
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'] } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } }
  },
  {
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error'
    }
  },
  {
    // Props are declared with let, because some of them can be bound; the plugin's rule knows which.
    files: ['**/*.svelte'],
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }]
    }
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    plugins: { bitlab: { rules: { layers: layersRule } } },
    rules: { 'bitlab/layers': ['error', { root: import.meta.dirname, layers }] }
  },
  {
    files: pure.map((folder) => `${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Randomness is counter-based and seeded (src/main/numeric/random.ts).'
        },
        { object: 'Date', property: 'now', message: 'Pure code has no clock.' }
      ]
    }
  }
);
