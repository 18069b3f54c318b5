import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrast, mixed, readableOn } from '../../src/renderer/figures/color-scale.ts';
import { dodge, factorAxis } from '../../src/renderer/figures/factor-axis.ts';
import { cellText, tableCsv } from '../../src/renderer/figures/figure-table.ts';
import { darkTheme, lightTheme } from '../../src/renderer/figures/figure-theme.ts';
import type { AccuracyData } from '../../src/renderer/figures/accuracy-series.ts';
import { levelPhrase, settingName } from '../../src/renderer/figures/setting-names.ts';
import { spreadPositions } from '../../src/renderer/figures/spread-positions.ts';

describe('tables of figures', () => {
  const table = {
    columns: [{ title: 'Name' }, { title: 'Top-1', unit: '%', digits: 2 }],
    rows: [
      ['a, "b"', 91.55],
      ['c', null]
    ]
  };

  test('become CSV with units, quotes and empty cells for what is missing', () => {
    expect(tableCsv(table)).toBe('Name,Top-1 (%)\r\n"a, ""b""",91.55\r\nc,\r\n');
  });

  test('keep digits but not the noise of binary fractions in CSV', () => {
    expect(tableCsv({ columns: [{ title: 'x' }], rows: [[100 * 0.923]] })).toBe('x\r\n92.3\r\n');
  });

  test('show the decimals of their column', () => {
    expect(cellText(91.5, table.columns[1]!)).toBe('91.50');
    expect(cellText(null, table.columns[1]!)).toBe('–');
  });
});

describe('colours', () => {
  test('contrast is WCAG’s: 21 for black on white, 1 for a colour on itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
    expect(contrast('#123456', '#123456')).toBe(1);
  });

  test('text and the first three series are readable in both themes', () => {
    for (const theme of [lightTheme, darkTheme]) {
      expect(contrast(theme.text, theme.background)).toBeGreaterThan(7);
      expect(contrast(theme.mutedText, theme.background)).toBeGreaterThan(4.5);
      for (const color of theme.series.slice(0, 3)) {
        expect(contrast(color, theme.background), color).toBeGreaterThan(3);
      }
      expect(new Set(theme.series).size).toBe(theme.series.length);
    }
  });

  test('mixing ends at its ends, and text on any shade can be read', () => {
    expect(mixed('#000000', '#ffffff', 0)).toBe('#000000');
    expect(mixed('#000000', '#ff8000', 0.5)).toBe('#804000');
    for (const theme of [lightTheme, darkTheme]) {
      for (let step = 0; step <= 16; step++) {
        const shade = mixed(...theme.scale, step / 16);
        expect(contrast(readableOn(shade), shade)).toBeGreaterThan(4.5);
      }
    }
  });
});

describe('spreadPositions', () => {
  test('leaves alone what is apart and centres what is not', () => {
    expect(spreadPositions([10, 50], 5)).toEqual([10, 50]);
    expect(spreadPositions([92, 91], 4)).toEqual([93.5, 89.5]);
  });

  test('keeps the gap, the order and the mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (values) => {
          const positions = spreadPositions(values, 3);
          const sorted = positions.toSorted((a, b) => a - b);
          for (let at = 1; at < sorted.length; at++)
            expect(sorted[at]! - sorted[at - 1]!).toBeGreaterThan(3 - 1e-9);
          for (const [i, a] of values.entries()) {
            for (const [j, b] of values.entries())
              if (a < b) expect(positions[i]!).toBeLessThan(positions[j]!);
          }
          const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
          expect(mean(positions)).toBeCloseTo(mean(values), 8);
        }
      )
    );
  });
});

describe('factorAxis', () => {
  const data = (levels: unknown[], numeric: boolean): AccuracyData => ({
    factor: 'x',
    levels,
    levelNames: levels.map(String),
    numeric,
    models: [],
    combinations: 0,
    series: [],
    baselines: []
  });

  test('numbers stand at their value, unless that would squeeze neighbours together', () => {
    expect(factorAxis(data([8, 7, 4], true))).toEqual({
      positions: [8, 7, 4],
      range: [8.5, 3.5],
      gap: 1,
      direction: -1
    });
    expect(factorAxis(data([4, 16, 65536], true)).positions).toEqual([0, 1, 2]);
    expect(factorAxis(data(['a', 'b'], false)).range).toEqual([-0.5, 1.5]);
    expect(factorAxis(data([], true)).range).toEqual([-0.5, 0.5]);
  });

  test('shifts series from left to right in their order, within half of a level', () => {
    const falling = factorAxis(data([8, 7], true));
    expect(dodge(1, falling)[0]).toBeCloseTo(0, 12);
    const [left, middle, right] = dodge(3, falling);
    expect([left, right]).toEqual([0.1, -0.1]);
    expect(middle).toBeCloseTo(0, 12);
    const many = dodge(20, falling);
    expect(Math.max(...many) - Math.min(...many)).toBeLessThan(0.5);
  });
});

test('settings are called by their usual names, unknown ones by their path', () => {
  expect(settingName('weights.bits')).toBe('Weight bits');
  expect(settingName('future.setting')).toBe('future.setting');
  expect(levelPhrase('activations.bits', 4)).toBe('4-bit activations');
  expect(levelPhrase('weights.narrow', true)).toBe('narrow weights yes');
});
