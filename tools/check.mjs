// Type checks: one tsconfig per environment, then the Svelte components.
import { spawnSync } from 'node:child_process';

const steps = [
  ['tsc', '-p', 'tsconfig.pure.json'],
  ['tsc', '-p', 'tsconfig.node.json'],
  ['tsc', '-p', 'tsconfig.electron.json'],
  ['svelte-check', '--tsconfig', 'tsconfig.web.json', '--fail-on-warnings']
];
let failed = 0;
for (const [command, ...args] of steps) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
