import { describe, expect, test } from 'vitest';
import {
  accuracyAgainstBits,
  accuracyAgainstFactor
} from '../../src/renderer/figures/accuracy-against-factor.ts';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { finishedRun } from './runs.ts';

const runs = ['a', 'b'].flatMap((model, index) => [
  finishedRun({ id: `${model}f`, model, top1: 0.5 + index / 128, baseline: true }),
  ...[8, 4, 2].map((bits) =>
    finishedRun({ id: `${model}${bits}`, model, bits, top1: 0.1 * bits + index / 100 })
  )
]);

describe('accuracyAgainstBits', () => {
  const figure = accuracyAgainstBits(runs, { theme: lightTheme, companions: ['activations.bits'] });
  const traces = figure.data as ScatterTrace[];
  const series = traces.filter((trace) => trace.error_y !== undefined);

  test('runs from 8 bits at the left to 2 at the right, in percent, and names what the axis holds', () => {
    expect(figure.layout.xaxis.range).toEqual([9, 1]);
    expect(figure.layout.xaxis.tickvals).toEqual([8, 4, 2]);
    expect(figure.layout.xaxis.title?.text).toBe('Bits of weights and activations');
    expect(figure.layout.yaxis).toMatchObject({ range: [0, 100], title: { text: 'Top-1 accuracy (%)' } });
    expect(series[0]!.y).toEqual([80, 40, 20]);
  });

  test('draws intervals as whiskers and keeps those of two models apart', () => {
    expect(series[0]!.error_y!.array[0]).toBeCloseTo(2, 10);
    expect(series[0]!.error_y!.arrayminus[0]).toBeCloseTo(1, 10);
    expect(series[0]!.x[0]).toBeGreaterThan(8);
    expect(series[1]!.x[0]).toBeLessThan(8);
    expect(series.map((trace) => trace.marker!.symbol)).toEqual(['circle', 'square']);
  });

  test('draws each baseline dashed in the colour of its model, with its value beside it', () => {
    const lines = traces.filter((trace) => trace.line?.dash === 'dash');
    expect(lines.map((line) => line.y)).toEqual([
      [50, 50],
      [50.78125, 50.78125]
    ]);
    expect(lines.map((line) => line.line!.color)).toEqual(series.map((trace) => trace.line!.color));
    const labels = figure.layout.annotations!;
    expect(labels.map((label) => label.text.replace(/<[^>]*>/g, ''))).toEqual([
      '● float 50.00',
      '■ float 50.78'
    ]);
    expect(labels[1]!.y - labels[0]!.y).toBeGreaterThan(4);
  });

  test('carries the same numbers as a table, baselines first, each with its run', () => {
    expect(figure.table.rows).toHaveLength(8);
    expect(figure.table.rows[0]).toMatchObject(['float', 'a', 50, 49, 52, null, 1, 2000, 'af']);
    expect(figure.table.rows.at(-1)!.at(-1)).toBe('b2');
    expect(figure.table.columns[2]).toEqual({ title: 'Top-1', unit: '%', digits: 2 });
  });

  test('can show only the top of the scale, and then cuts off what lies below', () => {
    // The highest interval ends at 0.81 + 0.02.
    const { layout, data } = accuracyAgainstBits(runs, { theme: lightTheme, scale: 'top' });
    expect(layout.yaxis.range).toEqual([68, 83]);
    expect((data as ScatterTrace[]).map((trace) => trace.cliponaxis)).toEqual([
      undefined,
      undefined,
      true,
      true
    ]);
  });

  test('says in words what it shows', () => {
    expect(figure.description).toContain('6 points');
    expect(figure.description).toContain('a: 80.00 % at 8, 20.00 % at 2.');
  });
});

test('uses only SVG traces, also for factors that are words, and escapes names', () => {
  const words = (['histogram', 'mse'] as const).map((observer) =>
    finishedRun({ id: observer, model: '<b>a</b>', observer, top1: 0.5 })
  );
  const figure = accuracyAgainstFactor(words, { theme: lightTheme, factor: 'activations.observer' });
  expect(figure.data.map((trace) => trace.type)).toEqual(['scatter']);
  expect(figure.layout.xaxis.ticktext).toEqual(['histogram', 'mse']);
  expect((figure.data[0] as ScatterTrace).mode).toBe('markers');
  expect(figure.data[0]!.name).toBe('&lt;b&gt;a&lt;/b&gt;');
});

test('draws accuracy against the width of accumulators, the widest at the left', () => {
  const sweep = [32, 18, 16].map((bits, index) => {
    const run = finishedRun({ id: String(bits), model: 'a', top1: 0.9 - index / 4 });
    const { configuration } = run;
    const accumulator = { ...configuration.accumulator, bits };
    return { ...run, configuration: { ...configuration, accumulator } };
  });
  const figure = accuracyAgainstFactor(sweep, { theme: lightTheme, factor: 'accumulator.bits' });
  const [series] = figure.data as ScatterTrace[];
  expect(figure.layout.xaxis.title?.text).toBe('Accumulator bits');
  expect(series!.x.map(Number)).toEqual([32, 18, 16]);
  expect((series!.y as number[]).map((value) => Math.round(value))).toEqual([90, 65, 40]);
  expect(figure.layout.xaxis.range![0]).toBeGreaterThan(figure.layout.xaxis.range![1]!);
});

test('a figure without runs has axes, no series and an empty table', () => {
  const figure = accuracyAgainstBits([], { theme: lightTheme });
  expect(figure.data).toEqual([]);
  expect(figure.table.rows).toEqual([]);
});

test('a long legend makes the figure higher, not the plot smaller', () => {
  const few = accuracyAgainstBits(runs, { theme: lightTheme });
  const many = accuracyAgainstBits(
    Array.from({ length: 12 }, (_, index) =>
      finishedRun({ id: String(index), model: `a rather long name of a model, number ${index}`, top1: 0.5 })
    ),
    { theme: lightTheme }
  );
  expect(many.heightPixels).toBeGreaterThan(few.heightPixels + 5 * 19);
});
