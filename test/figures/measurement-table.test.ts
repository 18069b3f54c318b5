import { expect, test } from 'vitest';
import { lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import { measurementFigure } from '../../src/renderer/figures/measurement-table.ts';

test('a transfer table is the value against the code, with the same numbers as a table', () => {
  const figure = measurementFigure({ kind: 'transfer', bits: 1, values: [0.1, 0.9] }, 'dac', lightTheme);
  expect(figure.name).toBe('dac: value of each code');
  expect(figure.description).toBe('Value against code, 2 points; from 0.1 to 0.9.');
  expect(figure.data).toMatchObject([{ x: [0, 1], y: [0.1, 0.9], showlegend: false }]);
  expect(figure.table.rows).toEqual([
    [0, 0.1],
    [1, 0.9]
  ]);
});

test('noise is the deviation against the value', () => {
  const figure = measurementFigure({ kind: 'noise', values: [-1, 1], sigmas: [0, 0.5] }, 'lab', lightTheme);
  expect(figure.layout.yaxis.title?.text).toBe('Standard deviation (full scale)');
  expect(figure.data).toMatchObject([{ x: [-1, 1], y: [0, 0.5] }]);
});

test('products are a curve for each of some weight codes, first and last among them', () => {
  const values = Array.from({ length: 4 * 16 }, (_, index) => Math.floor(index / 16) * ((index % 16) - 8));
  const figure = measurementFigure(
    { kind: 'products', activationBits: 2, weightBits: 4, values },
    'lut',
    lightTheme
  );
  expect(figure.data).toHaveLength(7);
  expect(figure.data[0]).toMatchObject({ name: 'weight column 0', x: [0, 1, 2, 3], y: [-0, -8, -16, -24] });
  expect(figure.data.at(-1)).toMatchObject({ name: 'weight column 15', y: [0, 7, 14, 21] });
  expect(figure.table.rows).toHaveLength(4);
  const two = measurementFigure(
    { kind: 'products', activationBits: 1, weightBits: 1, values: [0, 0, 0, 1] },
    'and',
    lightTheme
  );
  expect(two.data.map(({ name }) => name)).toEqual(['weight column 0', 'weight column 1']);
});
