import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import {
  accuracyAgainstCost,
  costPoints,
  telltaleCosts
} from '../../src/renderer/figures/accuracy-against-cost.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { onFront } from '../../src/renderer/figures/pareto.ts';
import { finishedRun } from './runs.ts';

describe('onFront', () => {
  test('what is beaten in both, or in one at the same other, is not on the front', () => {
    const points = [
      { cost: 1, value: 0.5 },
      { cost: 2, value: 0.7 },
      { cost: 2, value: 0.6 },
      { cost: 3, value: 0.7 },
      { cost: 4, value: 0.9 },
      { cost: 4, value: 0.9 }
    ];
    expect(onFront(points)).toEqual([true, true, false, false, true, true]);
  });

  test('along the front, what costs more is worth more, and nothing beats it', () => {
    const point = fc.record({ cost: fc.integer({ min: 0, max: 9 }), value: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), (points) => {
        const front = onFront(points);
        const beaten = points.map((point) =>
          points.some(
            ({ cost, value }) =>
              cost <= point.cost && value >= point.value && (cost < point.cost || value > point.value)
          )
        );
        expect(front).toEqual(beaten.map((isBeaten) => !isBeaten));
        const kept = points.filter((_, index) => front[index]).sort((a, b) => a.cost - b.cost);
        for (const [index, each] of kept.entries()) {
          const before = kept[index - 1];
          if (before !== undefined && before.cost < each.cost)
            expect(each.value).toBeGreaterThan(before.value);
        }
        for (const each of points)
          expect(kept.some(({ cost, value }) => cost <= each.cost && value >= each.value)).toBe(true);
      })
    );
  });
});

const run = (
  id: string,
  bits: number,
  top1: number,
  cost: number,
  layers: Run['configuration']['layers'] = {}
): Run => {
  const plain = finishedRun({ id, model: 'net', top1, bits });
  return {
    ...plain,
    configuration: { ...plain.configuration, layers },
    metrics: { averageWeightBits: cost, modelSizeBits: 8000 * cost }
  };
};
const own = { conv: { weights: { bits: 5 } }, fc: { weights: { bits: 3 } } };
const kept = { first: { weights: { bits: 8 } } };

describe('accuracyAgainstCost', () => {
  const runs = [
    finishedRun({ id: 'float', model: 'net', top1: 0.92, baseline: true }),
    run('four', 4, 0.88, 4),
    run('three', 3, 0.8, 3),
    run('mixed', 4, 0.89, 3.5, own),
    { ...run('waiting', 2, 0.5, 2), top1: null }
  ];

  test('runs are priced by a metric, cheapest first, and the front spans both kinds', () => {
    expect(
      costPoints(runs, 'averageWeightBits').map((point) => [
        point.run.id,
        point.kind,
        point.cost,
        point.front
      ])
    ).toEqual([
      ['three', 'one width', 3, true],
      ['mixed', 'chosen layer by layer', 3.5, true],
      ['four', 'one width', 4, false]
    ]);
    expect(costPoints(runs, 'modelSizeBits').map(({ cost }) => cost)).toEqual([3, 3.5, 4]);
    expect(costPoints(runs, 'bops')).toEqual([]);
  });

  test('layers that all widths keep alike are no choice layer by layer', () => {
    const points = costPoints(
      [run('a', 4, 0.8, 4, kept), run('b', 3, 0.7, 3, kept), run('c', 3, 0.75, 3.2, own)],
      'averageWeightBits'
    );
    expect(points.map(({ run: { id }, kind }) => [id, kind])).toEqual([
      ['b', 'one width'],
      ['c', 'chosen layer by layer'],
      ['a', 'one width']
    ]);
  });

  test('whiskers, a line for each kind, hollow points for those that are beaten, float as a dashed line', () => {
    const figure = accuracyAgainstCost(runs, 'averageWeightBits', lightTheme);
    const traces = figure.data as ScatterTrace[];
    expect(traces.map(({ name, mode }) => `${name}: ${mode}`)).toEqual([
      'net, float: lines',
      'one width: lines',
      'one width: markers',
      'one width, beaten: markers',
      'chosen layer by layer: lines',
      'chosen layer by layer: markers'
    ]);
    expect(traces[1]!.x).toEqual([3, 4]);
    expect(traces[3]!.marker!.color).toBe(lightTheme.background);
    expect(traces[5]!.error_y!.array[0]).toBeCloseTo(2, 9);
    expect(traces[0]!.line!.dash).toBe('dash');
    expect(figure.layout.xaxis.title!.text).toBe('Mean bits of a weight (bits)');
    expect(figure.layout.annotations![0]!.text).toMatch(/> float 92\.00$/);
    expect(figure.table.rows.map((row) => [row[1], row[3], row[8], row[9]])).toEqual([
      ['one width', 3, 'yes', 'three'],
      ['chosen layer by layer', 3.5, 'yes', 'mixed'],
      ['one width', 4, 'no', 'four']
    ]);
    expect(figure.description).toContain('net: 3 points, 2 on the front, 1 of them');
  });

  test('a point is a setting: the mean over its seeds, with their interval', () => {
    const seeds = [0.7, 0.8, 0.9].map((top1, seed) => {
      const one = run(`s${seed}`, 4, top1, 4);
      return { ...one, seed, configuration: { ...one.configuration, seed } };
    });
    const points = costPoints(seeds, 'averageWeightBits');
    expect(points).toHaveLength(1);
    expect(points[0]!.value).toBeCloseTo(0.8, 12);
    expect(points[0]!.low).toBeLessThan(0.7);
    const { table, data } = accuracyAgainstCost(seeds, 'averageWeightBits', lightTheme, {
      settingOf: () => '4 <bits>'
    });
    expect(table.rows[0]!.slice(0, 4)).toEqual(['net', 'one width', '4 <bits>', 4]);
    expect(table.rows[0]!.at(-1)).toBe('s0 s1 s2');
    expect((data as ScatterTrace[]).at(-1)!.text![0]).toContain('4 &lt;bits&gt;');
  });

  test('only prices that differ are offered, energy among them', () => {
    expect(telltaleCosts(runs)).toEqual(['averageWeightBits', 'modelSizeBits']);
    const onHardware = [1, 2].map((energy) => ({
      ...run(`e${energy}`, 4, 0.9, 4),
      metrics: { averageWeightBits: 4, energyMicrojoule: energy }
    }));
    expect(telltaleCosts(onHardware)).toEqual(['energyMicrojoule']);
  });

  test('several models have a colour each, in the order of the runs, also where another is cheaper', () => {
    const two = [
      { ...run('b', 8, 0.9, 8), model: 'second', modelId: 'second' },
      { ...run('a', 4, 0.8, 4), model: 'first', modelId: 'first' }
    ];
    const traces = accuracyAgainstCost(two, 'averageWeightBits', lightTheme).data as ScatterTrace[];
    expect(traces.map(({ name }) => name)).toEqual(['second', 'second', 'first', 'first']);
    expect(traces.map(({ line, marker }) => line?.color ?? marker!.color)).toEqual(
      [0, 0, 1, 1].map((index) => lightTheme.series[index])
    );
  });
});
