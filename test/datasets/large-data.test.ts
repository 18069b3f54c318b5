import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Enough that holding them all would be seen. */
const pictures = 600;

test('many pictures stream: the memory does not grow with their number, and a second run finds them decoded', async () => {
  const run = promisify(execFile);
  const tool = join(import.meta.dirname, '../../tools/large-data.ts');
  const { stdout } = await run(process.execPath, [tool, String(pictures)], { timeout: 240_000 });
  const report = JSON.parse(stdout) as { pictures: number; same: boolean; peakMegabytes: number };
  expect(report).toMatchObject({ pictures, same: true });
  // As float32 they are 361 MB, which would come on top of some 280 MB for the program, the network and a batch.
  expect(report.peakMegabytes).toBeLessThan(520);
}, 300_000);
