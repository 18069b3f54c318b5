import { describe, expect, test } from 'vitest';
import { comparedQuantities, type ClassComparison, type LayerComparison } from '../../src/contract/index.ts';
import { classMap, mostDrawnClasses } from '../../src/renderer/figures/class-map.ts';
import { luminance } from '../../src/renderer/figures/color-scale.ts';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { Figure, ScatterTrace } from '../../src/renderer/figures/figure.ts';
import { layerMap, layerMapLegend } from '../../src/renderer/figures/layer-map.ts';

const textsOf = (figure: Figure) => (figure.data.at(-1) as ScatterTrace).text;
const fillsOf = (figure: Figure) =>
  figure.data.slice(0, -1).map((trace) => (trace as ScatterTrace).fillcolor!);

const comparison: ClassComparison = {
  classNames: ['cat', 'dog'],
  samples: [50, 20, 0],
  runs: [
    {
      id: 'a',
      right: [40, 10, 0],
      low: [0.67, 0.3, null],
      high: [0.89, 0.7, null],
      onlyReference: [0, 0, 0],
      onlyRun: [0, 0, 0],
      pValue: [1, 1, 1],
      adjusted: [1, 1, 1]
    },
    {
      id: 'b',
      right: [25, 12, 0],
      low: [0.37, 0.39, null],
      high: [0.63, 0.78, null],
      onlyReference: [16, 1, 0],
      onlyRun: [1, 3, 0],
      pValue: [0.0003, 0.625, 1],
      adjusted: [0.0009, 1, 1]
    }
  ]
};

describe('classMap', () => {
  test('has the accuracy of each class that has samples, with intervals in the numbers', () => {
    const figure = classMap(comparison, ['A', 'B'], 0, false, lightTheme);
    expect(textsOf(figure)).toEqual(['80.0', '50.0', '50.0', '60.0']);
    expect(figure.table.rows).toEqual([
      ['cat', 50, 80, 67, 89, 50, 37, 63],
      ['dog', 20, 50, 30, 70, 60, 39, 78]
    ]);
  });

  test('differences have a sign, and a star where the corrected test finds them', () => {
    const figure = classMap(comparison, ['A', 'B'], 0, true, lightTheme);
    expect(textsOf(figure)).toEqual(['0.0', '−30.0*', '0.0', '+10.0']);
    expect(figure.name).toBe('Accuracy by class and run, against A');
    expect(figure.description).toContain('a star marks 1 differences');
    expect(figure.table.rows).toEqual([
      ['cat', 50, -30, 0.0003, 0.0009],
      ['dog', 20, 10, 0.625, 1]
    ]);
  });

  test('of very many classes those are drawn in which the runs differ most', () => {
    const classes = mostDrawnClasses + 40;
    const zeros = new Array<number>(classes).fill(0);
    const run = (id: string, right: number[]) => ({
      id,
      right,
      low: zeros,
      high: zeros,
      onlyReference: zeros,
      onlyRun: zeros,
      pValue: zeros.map(() => 1),
      adjusted: zeros.map(() => 1)
    });
    const many = {
      classNames: [],
      samples: zeros.map(() => 10),
      runs: [
        run('a', zeros),
        run(
          'b',
          zeros.map((_, label) => (label >= 40 ? 5 : 1))
        )
      ]
    };
    const figure = classMap(many, ['A', 'B'], 0, true, lightTheme);
    expect(textsOf(figure)).toHaveLength(2 * mostDrawnClasses);
    expect(figure.layout.yaxis.ticktext![0]).toBe('40');
    expect(figure.table.rows).toHaveLength(classes);
  });
});

describe('layerMap', () => {
  const nothing = [
    [null, null],
    [null, null]
  ];
  const layers: LayerComparison = {
    runs: ['a', 'b'],
    layers: ['conv1', 'fc'],
    quantities: {
      ...(Object.fromEntries(
        comparedQuantities.map((name) => [name, nothing])
      ) as LayerComparison['quantities']),
      weightSqnrDb: [
        [40, 20],
        [30, null]
      ],
      weightsClipped: [
        [0, 0.0125],
        [null, 0.05]
      ]
    }
  };

  test('leaves holes where a run has no such number', () => {
    const figure = layerMap(layers, 'weightSqnrDb', ['A', 'B'], null, lightTheme);
    expect(textsOf(figure)).toEqual(['40.0', '20.0', '30.0']);
    expect(figure.table.rows).toEqual([
      ['conv1', 40, 20],
      ['fc', 30, null]
    ]);
    expect(figure.description).toContain('From 20.0 to 40.0.');
  });

  test('gives shares in per cent', () => {
    const figure = layerMap(layers, 'weightsClipped', ['A', 'B'], null, lightTheme);
    expect(textsOf(figure)).toEqual(['0.00', '1.25', '5.00']);
    expect(figure.table.columns[1]).toEqual({ title: 'A', unit: '%', digits: 2 });
  });

  test('differences to a run without the number are not there', () => {
    const against = layerMap(layers, 'weightsClipped', ['A', 'B'], 0, lightTheme);
    expect(textsOf(against)).toEqual(['0.00', '+1.25']);
    expect(textsOf(layerMap(layers, 'weightSqnrDb', ['A', 'B'], 1, lightTheme))).toEqual(['+20.0', '0.0']);
  });

  test('what is worse is drawn in the other colour, whether less or more of it is', () => {
    for (const theme of [lightTheme, darkTheme]) {
      const fewerDecibels = fillsOf(layerMap(layers, 'weightSqnrDb', ['A', 'B'], 0, theme));
      const moreClipping = fillsOf(layerMap(layers, 'weightsClipped', ['A', 'B'], 0, theme));
      for (const fills of [fewerDecibels, moreClipping]) {
        expect(fills).toContain(theme.scaleBelow);
        expect(fills).not.toContain(theme.scale[1]);
      }
    }
    expect(layerMapLegend('weightsClipped', true, 'A')).toBe('Against A: blue is better, orange worse.');
    expect(layerMapLegend('weightBits', true, 'A')).toBe('Against A: blue is more, orange fewer.');
  });

  test('both ends of the scale stand out from its middle', () => {
    for (const { scale, scaleBelow } of [lightTheme, darkTheme]) {
      const middle = luminance(scale[0]);
      for (const end of [scale[1], scaleBelow]) {
        const [high, low] = [Math.max(middle, luminance(end)), Math.min(middle, luminance(end))];
        expect((high + 0.05) / (low + 0.05)).toBeGreaterThan(4.5);
      }
    }
  });
});
