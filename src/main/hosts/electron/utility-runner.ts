import { utilityProcess } from 'electron';
import type { FromRunner, RunnerProcess } from '../runner/protocol.ts';

/** Starts the computing process as Electron's utility process: packaged, Electron cannot be run as Node. */
export function utilityRunner(entry: string): RunnerProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Bitlab computing', stdio: 'inherit' });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromRunner)),
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => void child.kill()
  };
}
