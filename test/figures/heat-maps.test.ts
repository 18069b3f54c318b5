import { describe, expect, test } from 'vitest';
import { confusionMatrix } from '../../src/renderer/figures/confusion-matrix.ts';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { accuracyMap } from '../../src/renderer/figures/accuracy-map.ts';
import { finishedRun } from './runs.ts';

describe('confusionMatrix', () => {
  const figure = confusionMatrix(
    [
      [3, 1],
      [0, 4]
    ],
    ['cat', 'dog'],
    lightTheme
  );
  const texts = figure.data.at(-1) as ScatterTrace;

  test('writes the counts, labels down, predictions across', () => {
    expect(texts.x).toEqual([0, 1, 0, 1]);
    expect(texts.y).toEqual([0, 0, 1, 1]);
    expect(texts.text).toEqual(['3', '1', '', '4']);
    expect(texts.customdata![1]).toBe('1 × cat taken for dog');
    expect(figure.layout.yaxis.range).toEqual([1.5, -0.5]);
  });

  test('is drawn with filled lines, never with a bitmap', () => {
    const fills = figure.data.slice(0, -1) as ScatterTrace[];
    expect(fills.every((trace) => trace.type === 'scatter' && trace.fill === 'toself')).toBe(true);
    // Four cells of five corners and a gap each.
    expect(fills.reduce((sum, trace) => sum + trace.x.length, 0)).toBe(24);
  });

  test('has its numbers as a table and a sentence', () => {
    expect(figure.table.rows).toEqual([
      ['cat', 3, 1],
      ['dog', 0, 4]
    ]);
    expect(figure.description).toContain('7 of 8 samples');
  });

  test('leaves out empty cells and texts of large matrices', () => {
    const classes = 30;
    const large = Array.from({ length: classes }, (_, row) =>
      Array.from({ length: classes }, (_, at) => +(at === row))
    );
    const cells = confusionMatrix(large, [], darkTheme).data.at(-1) as ScatterTrace;
    expect(cells.x).toHaveLength(classes);
    expect(cells.text!.every((text) => text === '')).toBe(true);
  });
});

test('the map of weight bits by activation bits leaves holes for what is missing', () => {
  const runs = [
    finishedRun({ id: 'a', model: 'm', bits: 8, activationBits: 8, top1: 0.9 }),
    finishedRun({ id: 'b', model: 'm', bits: 8, activationBits: 4, top1: 0.8 }),
    finishedRun({ id: 'c', model: 'm', bits: 4, activationBits: 4, top1: 0.7 }),
    finishedRun({ id: 'f', model: 'm', top1: 0.95, baseline: true })
  ];
  const axes = { rows: 'weights.bits', columns: 'activations.bits' };
  const figure = accuracyMap(runs, axes, 'm', lightTheme);
  expect(figure.name).toBe('Weight bits by activation bits, m');
  expect(figure.table.rows).toEqual([
    ['8', 90, 80],
    ['4', null, 70]
  ]);
  expect((figure.data.at(-1) as ScatterTrace).text).toEqual(['90.0', '80.0', '70.0']);
});
