import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { CliResult } from '../hosts/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/main/hosts/cli/main.ts');
export const launcher = join(root, 'tools/bitlab.mjs');

/** A command line that runs. */
export interface Program {
  readonly id: number;
  readonly ended: Promise<CliResult>;
}

/** Starts the command line's own process, without its launcher, so that `id` is the one that keeps the notebook. */
export function startProgram(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  return startNode(process.execPath, [main, ...words], environment);
}

export function startNode(
  node: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {}
): Program {
  const child = spawn(node, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const code = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(
    ([exitCode, stdout, stderr]) => ({ code: exitCode, stdout, stderr })
  );
  return { id: child.pid!, ended };
}

/** Waits until something holds, and returns it. Looks every few milliseconds. */
export async function until<T>(what: string, find: () => T | null | false, seconds = 90): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = find();
    if (found !== null && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`It never happened that ${what}.`);
    await setTimeout(5);
  }
}

/** The living children of a process. */
export function childrenOf(parent: number): number[] {
  return processes()
    .filter((each) => each.parent === parent)
    .map((each) => each.id);
}

/** Whether a process computes no more; one that nobody has waited for yet is gone too. */
export function isGone(id: number): boolean {
  return !processes().some((each) => each.id === id);
}

/** All processes but those that have ended and only wait to be asked for their exit code. */
function processes(): { id: number; parent: number }[] {
  const rows = existsSync('/proc/self/stat') ? rowsOfProc() : rowsOfPs();
  return rows
    .filter(({ state }) => !state.startsWith('Z') && !state.startsWith('X'))
    .map(({ id, parent }) => ({ id: Number(id), parent: Number(parent) }));
}

interface ProcessRow {
  readonly id: string;
  readonly parent: string;
  readonly state: string;
}

function rowsOfProc(): ProcessRow[] {
  return readdirSync('/proc').flatMap((id) => {
    if (!/^\d+$/.test(id)) return [];
    try {
      // "12 (name) S 1 ...": the name may hold anything, also parentheses.
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ id, state: state!, parent: parent! }];
    } catch {
      return [];
    }
  });
}

function rowsOfPs(): ProcessRow[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [id, parent, state] = line.trim().split(/\s+/);
    return { id: id!, parent: parent!, state: state! };
  });
}
