import { describe, expect, test } from 'vitest';
import {
  holmAdjusted,
  type ExperimentFileInput,
  type MethodOutput,
  type Run
} from '../../src/contract/index.ts';
import { pairFamilies, Settings } from '../../src/main/experiments/pair-families.ts';

import { mcNemarExact, pairedDifference, pairedTTest } from '../../src/main/numeric/statistics.ts';
import { finishedRun } from '../figures/runs.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

type Families = MethodOutput<'experiments.pairs'>;

async function tested(
  changes: Partial<ExperimentFileInput>
): Promise<{ runs: readonly Run[]; families: Families }> {
  const { call, queue } = await preparedBench();
  const { id } = await call('experiments.run', { file: experimentFile(changes) });
  await queue.idle();
  const { runs } = await call('experiments.get', { id });
  return { runs, families: await call('experiments.pairs', { id }) };
}

/** The pairs of each family as places among the runs, those of repeats as their first. */
const places = (families: Families, runs: readonly Run[]) =>
  families.map(({ differIn, pairs }) => [
    differIn,
    pairs.map(({ a, b }) => [a, b].map((ids) => runs.findIndex(({ id }) => id === ids[0])))
  ]);

describe('the pairs of an experiment', () => {
  test('are models at equal settings, neighbouring levels, and each setting against float', async () => {
    const { runs, families } = await tested({});
    expect(places(families, runs)).toEqual([
      [
        ['model'],
        [
          [0, 4],
          [1, 5],
          [2, 6],
          [3, 7]
        ]
      ],
      [
        ['weights.bits', 'activations.bits'],
        [
          [1, 2],
          [2, 3],
          [5, 6],
          [6, 7]
        ]
      ],
      [
        ['float'],
        [
          [0, 1],
          [0, 2],
          [0, 3],
          [4, 5],
          [4, 6],
          [4, 7]
        ]
      ]
    ]);
    for (const { pairs, untested, leftOut } of families) {
      expect({ untested, leftOut }).toEqual({ untested: 0, leftOut: 0 });
      const adjusted = holmAdjusted(pairs.map(({ pValue }) => pValue));
      for (const [index, pair] of pairs.entries()) {
        const [a, b] = [pair.a, pair.b].map(([first]) => runs.find(({ id }) => id === first)!);
        expect(pair.difference).toBeCloseTo(b!.top1!.value - a!.top1!.value, 12);
        expect(pair).toMatchObject({ test: 'mcnemar', samples: 200, seeds: 1, random: false });
        expect(pair.pValue).toBe(mcNemarExact(pair.onlyA!, pair.onlyB!));
        expect(pair.adjustedPValue).toBe(adjusted[index]);
        const { low, high } = pairedDifference(pair.onlyA!, pair.onlyB!, 200);
        expect([pair.low, pair.high]).toEqual([low, high]);
      }
    }
  });

  test('crossed factors are taken one at a time; words are compared each with each', () => {
    const file = {
      factors: {
        'weights.bits': [4, 8],
        'activations.observer': ['mse', 'histogram', 'minmax'],
        'activations.bits': [8]
      },
      zip: []
    };
    const varying = ['weights.bits', 'activations.observer'];
    const settings = new Settings(varying);
    for (const bits of [4, 8])
      for (const observer of ['mse', 'histogram', 'minmax'] as const)
        settings.add(
          finishedRun({
            id: `${bits} ${observer}`,
            model: 'a',
            bits,
            activationBits: 8,
            observer: observer as 'mse',
            top1: 0.5
          })
        );
    const families = [...pairFamilies(settings.all(), file, varying)];
    const named = families.map(({ differIn, pairs }) => [
      differIn.join(),
      pairs.map(([a, b]) => `${a.runs[0]!.id} - ${b.runs[0]!.id}`)
    ]);
    expect(named).toEqual([
      ['weights.bits', ['8 mse - 4 mse', '8 histogram - 4 histogram', '8 minmax - 4 minmax']],
      [
        'activations.observer',
        [
          '4 mse - 4 histogram',
          '4 mse - 4 minmax',
          '4 histogram - 4 minmax',
          '8 mse - 8 histogram',
          '8 mse - 8 minmax',
          '8 histogram - 8 minmax'
        ]
      ]
    ]);
  });

  const noisy: Partial<ExperimentFileInput> = {
    name: 'Noisy',
    fixed: { arithmetic: 'accelerator', accelerator: { noise: { output: 0.3 } } },
    factors: {},
    zip: []
  };

  test('where results depend on the seed, differences are tested seed by seed', async () => {
    const { runs, families } = await tested({ ...noisy, seeds: [0, 1, 2, 3] });
    const [models, float] = families;
    expect(families.map(({ differIn }) => differIn)).toEqual([['model'], ['float']]);
    const pair = models!.pairs.find(({ a }) => a.length > 1)!;
    expect(pair).toMatchObject({ test: 'paired-t', seeds: 4, random: true, onlyA: null, onlyB: null });
    const top1 = (id: string) => runs.find((run) => run.id === id)!.top1!.value;
    const expected = pairedTTest(pair.a.map((id, index) => top1(pair.b[index]!) - top1(id)));
    expect(pair).toMatchObject(expected);
    // A float network stands for every seed.
    expect(float!.pairs[0]!.a).toHaveLength(1);
    expect(float!.pairs[0]!.seeds).toBe(4);
  });

  test('two seeds do not suffice, one seed is compared sample by sample', async () => {
    const two = await tested({ ...noisy, seeds: [0, 1] });
    const models = two.families.find(({ differIn }) => differIn[0] === 'model')!;
    expect(models).toMatchObject({ untested: 1, pairs: [{ test: 'mcnemar', random: false }] });
    const one = await tested({ ...noisy, seeds: [0] });
    expect(one.families[0]!.pairs[1]).toMatchObject({ test: 'mcnemar', random: true, seeds: 1 });
  });

  test('stages of an error budget stand for no setting and are not tested', async () => {
    const { runs, families } = await tested({ ...noisy, seeds: [0], errorBudget: true });
    expect(runs.length).toBeGreaterThan(4);
    expect(families.flatMap(({ pairs }) => pairs)).toHaveLength(4);
  });

  test('an experiment without finished runs has none', async () => {
    const { call, queue, computer } = await preparedBench();
    computer.before = () => Promise.reject(new Error('broken'));
    const { id } = await call('experiments.run', { file: experimentFile({}) });
    await queue.idle();
    expect(await call('experiments.pairs', { id })).toEqual([]);
  });
});
