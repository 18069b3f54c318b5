import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reachProblem, type ReachAnswer } from '../../src/contract/index.ts';
import { lightHandlers, readPresets } from '../../src/main/experiments/index.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import { lightBudget } from '../../src/renderer/figures/light-budget.ts';
import { reachCurves } from '../../src/renderer/figures/reach-curves.ts';
import type { BarTrace, ScatterTrace } from '../../src/renderer/figures/figure.ts';

const handlers = lightHandlers({ presets: readPresets(resolve('resources/presets')) });
const answer = (bits: number, more: object = {}): Promise<ReachAnswer> =>
  handlers['accelerator.reach']({
    accelerator: 'mam',
    bits,
    mode: 'exact',
    curves: { rates: [1, 5], bits: [1, 4, 6.5, 7, 8] },
    ...more
  });

describe('curves of reach', () => {
  test('end where nothing is feasible, and say so in their table', async () => {
    const figure = reachCurves(await answer(4), false, lightTheme);
    const [slow, fast, asked] = figure.data as ScatterTrace[];
    expect(slow!.x).toEqual([1, 4, 6.5, 7, 8]);
    expect(fast!.x).toEqual([1, 4, 6.5]);
    expect(asked).toMatchObject({ x: [4], y: [expect.closeTo(21.92, 2)] });
    expect(figure.table.rows).toEqual([
      [1, 167, 107],
      [4, 43, 21],
      [7, 5, 'infeasible'],
      [8, 1, 'infeasible']
    ]);
    expect(figure.layout.yaxis.type).toBe('log');
  });

  test('with the published points beside them', async () => {
    const figure = reachCurves(await answer(8), true, lightTheme);
    const names = figure.data.map(({ name }) => name);
    expect(names).toEqual(['1 GS/s', '5 GS/s', 'published, 1 GS/s', 'published, 5 GS/s']);
    expect((figure.data[3] as ScatterTrace).y).toEqual([107, 68, 40, 22, 11, 5, 1, 1]);
    expect(figure.description).toContain('infeasible');
  });
});

test('the waterfall of light falls from the laser to what is received', async () => {
  const found = await answer(4);
  const { data, table } = lightBudget(found, lightTheme);
  const [, losses] = data as BarTrace[];
  let level = 10;
  for (const [index, base] of losses!.base!.entries()) {
    expect(base + losses!.x[index]!).toBeCloseTo(level, 9);
    level = base;
  }
  expect(level).toBeCloseTo(found.point.receivedPowerDbm, 9);
  expect(table.rows.at(-1)![2]).toBe(found.point.receivedPowerDbm);
  expect(data).toHaveLength(3);
  expect(lightBudget(await answer(8), lightTheme).data).toHaveLength(2);
});

test('what is infeasible has a reason and a remedy', async () => {
  expect(reachProblem(await answer(4))).toBe(null);
  expect(reachProblem(await answer(8))).toMatchObject({
    code: 'ACCELERATOR_UNREACHABLE',
    message: expect.stringContaining('7.10 bits') as string
  });
  expect(reachProblem(await answer(7))!.message).toContain('3.65 dBm');
});
