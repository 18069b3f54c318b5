import { describe, expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { accuracySeries } from '../../src/renderer/figures/accuracy-series.ts';
import { interval95OfMean } from '../../src/renderer/figures/interval-of-mean.ts';
import { finishedRun } from './runs.ts';

describe('accuracySeries', () => {
  test('makes one series for each model, bits falling, unfinished runs missing', () => {
    const data = accuracySeries(
      [
        finishedRun({ id: 'a2', model: 'a', bits: 2, top1: 0.1 }),
        finishedRun({ id: 'a8', model: 'a', bits: 8, top1: 0.9 }),
        finishedRun({ id: 'b8', model: 'b', bits: 8, top1: 0.8 }),
        finishedRun({ id: 'b2', model: 'b', bits: 2, top1: null }),
        finishedRun({ id: 'f', model: 'b', top1: 0.95, baseline: true })
      ],
      { factor: 'weights.bits' }
    );
    expect(data.levels).toEqual([8, 2]);
    expect(
      data.series.map(({ name, points }) => [name, points.map((point) => point?.value ?? null)])
    ).toEqual([
      ['a', [0.9, 0.1]],
      ['b', [0.8, null]]
    ]);
    expect(data.series[0]!.points[0]).toMatchObject({ low: 0.9 - 0.01, high: 0.9 + 0.02 });
    expect(data.baselines).toMatchObject([{ model: 'b', modelIndex: 1, runId: 'f', top1: { value: 0.95 } }]);
  });

  test('calls a table of measurements by its name, and by its hash where nobody knows that', () => {
    const hashes = ['a', 'b'].map((digit) => digit.repeat(64));
    const runs = hashes.map((table, index) => {
      const run = finishedRun({ id: table, model: 'm', top1: 0.5 });
      const configuration = Configuration.parse({
        arithmetic: 'accelerator',
        accelerator: { noise: { table } }
      });
      return { ...run, configuration, ...(index === 0 ? { measurements: { [table]: 'lab noise' } } : {}) };
    });
    const data = accuracySeries(runs, { factor: 'accelerator.noise.table' });
    expect(data.levelNames).toEqual(['lab noise', hashes[1]]);
    const byTable = accuracySeries(runs, { factor: 'model', split: ['accelerator.noise.table'] });
    expect(byTable.series.map(({ name }) => name)).toEqual([
      'noise table lab noise',
      `noise table ${hashes[1]}`
    ]);
  });

  test('splits by the remaining factors and says so in the name', () => {
    const runs = (['histogram', 'mse'] as const).flatMap((observer) =>
      [4, 3].map((bits) =>
        finishedRun({ id: `${observer}${bits}`, model: 'a', bits, observer, top1: bits / 10 })
      )
    );
    const data = accuracySeries(runs, { factor: 'weights.bits', split: ['activations.observer'] });
    expect(data.series.map((series) => series.name)).toEqual(['a, observer histogram', 'a, observer mse']);
    expect(
      data.series.map((series) => series.points.map((point) => point?.runs.map((run) => run.id)))
    ).toEqual([
      [['histogram4'], ['histogram3']],
      [['mse4'], ['mse3']]
    ]);
  });

  test('averages over nothing but seeds, with the t interval', () => {
    const runs = [0.5, 0.6, 0.7].map((top1, seed) => finishedRun({ id: `s${seed}`, model: 'a', top1, seed }));
    const [point] = accuracySeries(runs, { factor: 'weights.bits' }).series[0]!.points;
    // Mean 0.6, standard deviation 0.1, t = 4.303 with 2 degrees of freedom.
    expect(point!.value).toBeCloseTo(0.6, 12);
    expect(point!.high - point!.value).toBeCloseTo((4.303 * 0.1) / Math.sqrt(3), 12);
  });

  test('refuses to average over anything but seeds', () => {
    const runs = (['mse', 'histogram'] as const).map((observer) =>
      finishedRun({ id: observer, model: 'a', top1: 0.5, observer })
    );
    expect(() => accuracySeries(runs, { factor: 'weights.bits' })).toThrow(RangeError);
    const split = ['activations.observer'];
    expect(accuracySeries(runs, { factor: 'weights.bits', split }).series).toHaveLength(2);
  });

  test('keeps the samples interval where the seed changes nothing', () => {
    const runs = [0, 1].map((seed) => finishedRun({ id: `s${seed}`, model: 'a', top1: 0.5, seed }));
    const [point] = accuracySeries(runs, { factor: 'weights.bits' }).series[0]!.points;
    expect(point).toMatchObject({ value: 0.5, low: 0.49, high: 0.52 });
    expect(point!.runs).toHaveLength(2);
  });

  test('takes models as levels where nothing else differs', () => {
    const runs = ['a', 'b'].map((model, index) => finishedRun({ id: model, model, top1: 0.5 + index / 10 }));
    const data = accuracySeries(runs, { factor: 'model' });
    expect(data.levelNames).toEqual(['a', 'b']);
    expect(data.numeric).toBe(false);
    expect(data.series).toHaveLength(1);
  });

  test('gives no levels and no series for no runs', () => {
    expect(accuracySeries([], { factor: 'weights.bits' })).toMatchObject({
      levels: [],
      series: [],
      baselines: []
    });
  });
});

test('the t interval of a mean stays within 0 and 1', () => {
  expect(interval95OfMean([0.01, 0.99])).toMatchObject({ value: 0.5, low: 0, high: 1 });
});
