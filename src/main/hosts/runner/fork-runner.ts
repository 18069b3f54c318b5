import { fork } from 'node:child_process';
import type { FromRunner, RunnerProcess } from './protocol.ts';

/**
 * Starts the computing process as a child of Node. It ends when the channel to its parent breaks, so that it never
 * outlives a parent that was killed.
 * @param entry path of runner/main.ts, or of what it was bundled to
 */
export function forkRunner(entry: string): RunnerProcess {
  // 'advanced' carries typed arrays as they are.
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    // A message to a process that has just ended is dropped here; onExit reports the end.
    send: (message) => void child.send(message, () => {}),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromRunner)),
    onExit: (listener) => {
      child.once('error', (error) => listener(error.message));
      child.once('exit', (code, signal) =>
        listener(signal === null ? `exit code ${code}` : `signal ${signal}`)
      );
    },
    kill: () => void child.kill('SIGKILL')
  };
}
