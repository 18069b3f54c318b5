import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAskedFor, type Row } from './row.ts';

const promisedMegabytes = 1000;

/** How much memory an accelerator takes for one large picture, calibration included. @param words see `isAskedFor` */
export async function memoryRows(name: string, words: readonly string[]): Promise<Row[]> {
  const what = `${name}: accelerator, N = 64, 8 bits, with read noise, batch of 1, two threads, memory of the process against 1 GB`;
  if (!isAskedFor(what, words)) return [];
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'accelerator-memory.ts')
  ]);
  const megabytes = Number(stdout.trim());
  return [
    {
      what,
      measured: `${megabytes.toFixed(0)} MB at most`,
      ratio: megabytes / promisedMegabytes,
      promise: { bound: 'at most', value: 1 }
    }
  ];
}
