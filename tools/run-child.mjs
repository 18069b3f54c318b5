import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command in place of this process: same input and output, signals passed on, and the same end.
 * Ctrl+C reaches the child by itself, as it is in the same process group; this process only must not end before it.
 * @param {import('node:child_process').SpawnOptions} options
 */
export function runChild(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  child.on('error', (error) => {
    console.error(`${command} cannot be started: ${error.message}`);
    process.exit(1);
  });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
