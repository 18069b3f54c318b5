import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ReachAnswer, ResolvedPreset } from '../../src/contract/index.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-cli-accelerator-'));
const notebook = join(folder, 'notebook');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const accelerator = (...words: string[]) => runCli(['accelerator', ...words, '--notebook', notebook]);

test('reach, as JSON and in words, without a notebook', async () => {
  const words = ['reach', '--preset', 'mam', '--bits', '4', '--rate', '5'];
  const { code, stdout } = await accelerator(...words, '--json');
  const answer = JSON.parse(stdout) as ReachAnswer;
  expect(code).toBe(0);
  expect(answer).toMatchObject({
    mode: 'exact',
    reach: { tile: 21 },
    accelerator: { preset: 'holylight-mam' }
  });
  const published = await accelerator(...words, '--mode', 'published');
  expect(published.stdout).toContain('N = 22.');
  expect(existsSync(notebook)).toBe(false);
});

test('what is infeasible is a result, but no configuration', async () => {
  const words = ['reach', '--preset', 'mam', '--bits', '8', '--rate', '5'];
  const said = await accelerator(...words);
  expect(said.code).toBe(0);
  expect(said.stdout).toContain('Infeasible. No tile reaches 8 bits at 5 GS/s');
  const asked = await accelerator(...words, '--settings');
  expect(asked).toMatchObject({ code: 2, stdout: '' });
  expect(asked.stderr).toContain('[ACCELERATOR_UNREACHABLE]');
  const published = await accelerator(...words, '--mode', 'published', '--settings');
  expect(published.code).toBe(2);
  expect(published.stderr).toContain('no light of the published sweep');
  const feasible = await accelerator('reach', '--preset', 'amm', '--rate', '1', '--settings');
  expect(feasible.stdout).toBe(
    'accelerator: {"preset":"deap-cnn-amm","link":{"rateGigasamplesPerSecond":1},"tile":30}\n'
  );
});

test('presets, and names that there are not', async () => {
  const list = JSON.parse((await accelerator('presets', '--json')).stdout) as ResolvedPreset[];
  expect(list.map(({ name }) => name)).toContain('deap-cnn-amm');
  expect((await accelerator('presets', 'show', 'amm')).stdout).toContain('Table II for N = 16');
  const unknown = await accelerator('presets', 'show', 'holylite-mam');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Did you mean holylight-mam?');
  const number = await accelerator('reach', '--preset', 'mam', '--bits', 'four');
  expect(number.code).toBe(2);
  expect(number.stderr).toContain('--bits is four, and must be a number');
  const none = await accelerator('reach', '--preset', 'mam', '--bits', '0');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('--bits is 0, and must be above 0');
  const tile = await accelerator('reach', '--preset', 'mam', '--tile', '0');
  expect(tile.code).toBe(2);
  expect(tile.stderr).toContain('accelerator.tile has the value 0');
});
