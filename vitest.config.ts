import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'out/test-results.json' }]],
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          testTimeout: 240_000,
          // One processor less, which is usual, would leave half of a machine with two of them idle.
          maxWorkers: 2
        }
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/browser/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Two of them keep two processors busy: one waits for the notebook while the other looks at its screen.
          maxWorkers: 2
        }
      }
    ]
  }
});
