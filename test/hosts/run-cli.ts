import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const launcher = join(import.meta.dirname, '../../tools/bitlab.mjs');

/** Runs the command line as a person does, through its launcher. @param folder where it is called */
export async function runCli(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  folder?: string
): Promise<CliResult> {
  const child = spawn(process.execPath, [launcher, ...words], {
    env: { ...process.env, ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('exit', resolve))
  ]);
  return { code, stdout, stderr };
}
