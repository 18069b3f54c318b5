import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-cli-measurement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bitlab = (...words: string[]) => runCli([...words, '--notebook', join(folder, 'notebook')]);

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('a measurement is added, listed, shown and removed, and a bad one is refused with its line', async () => {
  const good = written('lab.csv', 'value,sigma\n-1,0.25\n1,0.5\n');
  const added = await bitlab('measurement', 'add', good);
  expect(added).toMatchObject({ code: 0, stdout: 'Added the measurement lab: noise, 2 rows.\n' });

  const list = await bitlab('measurement', 'list', '--json');
  expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'lab', kind: 'noise', rows: 2, columns: 2 }]);

  const shown = await bitlab('measurement', 'show', 'lab');
  expect(shown.stdout).toMatch(/value\W+sigma/);
  expect(shown.stdout).toMatch(/-1\W+0\.25/);

  const bad = written('bad.csv', 'code,value\n0,0\n1,x\n');
  const refused = await bitlab('measurement', 'add', bad);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('bad.csv cannot be used, line 3, column 2: x is no finite number.');
  expect(refused.stderr).toContain('MEASUREMENT_INVALID');

  const misspelled = await bitlab('measurement', 'remove', 'lap');
  expect(misspelled).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean lab?') });
  expect((await bitlab('measurement', 'remove', 'lab')).stdout).toBe('Removed the measurement lab.\n');
  expect(JSON.parse((await bitlab('measurement', 'list', '--json')).stdout)).toEqual([]);
}, 120_000);

test('the number of seeds of an error budget is checked before anything is opened', async () => {
  const { code, stderr } = await bitlab('runs', 'budget', 'run_1', '--seeds', '0');
  expect(code).toBe(2);
  expect(stderr).toContain('--seeds must be a whole number from 1 to 1000, not 0');
}, 60_000);
