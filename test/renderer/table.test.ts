import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowWindow } from '../../src/renderer/components/row-window.ts';
import type { SortOrder, SortValue } from '../../src/renderer/components/table-column.ts';
import { nextOrder, ordered } from '../../src/renderer/components/table-order.ts';

const column = { key: 'value', sort: (value: SortValue) => value };
const sorted = (values: readonly SortValue[], direction: SortOrder['direction']) =>
  ordered(values, [column], { key: 'value', direction });

describe('the order of rows', () => {
  test('numbers inside names count as numbers', () => {
    expect(sorted(['layer10', 'Layer2', 'layer1'], 'ascending')).toEqual(['layer1', 'Layer2', 'layer10']);
  });

  test('what is missing comes last in either direction', () => {
    expect(sorted([2, null, 3, Number.NaN, 1], 'ascending')).toEqual([1, 2, 3, null, Number.NaN]);
    expect(sorted([2, null, 3, Number.NaN, 1], 'descending')).toEqual([3, 2, 1, null, Number.NaN]);
  });

  test('equal rows keep their order, descending too', () => {
    const rows = [
      { id: 'a', value: 1 },
      { id: 'b', value: 2 },
      { id: 'c', value: 1 }
    ];
    const columns = [{ key: 'value', sort: (row: { value: number }) => row.value }];
    const ids = (direction: SortOrder['direction']) =>
      ordered(rows, columns, { key: 'value', direction })
        .map(({ id }) => id)
        .join('');
    expect(ids('ascending')).toBe('acb');
    expect(ids('descending')).toBe('bac');
  });

  test('an unknown column, or none, leaves the rows alone', () => {
    expect(ordered([2, 1], [column], { key: 'other', direction: 'ascending' })).toEqual([2, 1]);
    expect(ordered([2, 1], [column], null)).toEqual([2, 1]);
  });

  test('a second click turns the order around; numbers start with the largest', () => {
    const first = nextOrder(null, 'top1', true);
    expect(first).toEqual({ key: 'top1', direction: 'descending' });
    expect(nextOrder(first, 'top1', true)).toEqual({ key: 'top1', direction: 'ascending' });
    expect(nextOrder(first, 'name', false)).toEqual({ key: 'name', direction: 'ascending' });
  });
});

describe('which rows are drawn', () => {
  test('all of a short table, a window of a long one', () => {
    expect(rowWindow(150, 0, 280, 28)).toEqual({ first: 0, end: 150 });
    expect(rowWindow(10_000, 0, 280, 28)).toEqual({ first: 0, end: 34 });
    expect(rowWindow(10_000, 28_000, 280, 28)).toEqual({ first: 988, end: 1022 });
  });

  test('whatever can be seen is drawn, and never more than a screen and its margins', () => {
    const parameters = [
      fc.integer({ min: 1, max: 20_000 }),
      fc.double({ min: 0, max: 1, noNaN: true })
    ] as const;
    fc.assert(
      fc.property(...parameters, fc.integer({ min: 28, max: 2000 }), (rows, place, view) => {
        const scrollTop = place * Math.max(0, rows * 28 - view);
        const { first, end } = rowWindow(rows, scrollTop, view, 28);
        expect(first * 28).toBeLessThanOrEqual(scrollTop);
        expect(end * 28).toBeGreaterThanOrEqual(Math.min(rows * 28, scrollTop + view));
        expect(end).toBeLessThanOrEqual(rows);
        expect(end - first).toBeLessThanOrEqual(Math.max(150, Math.ceil(view / 28) + 24));
      })
    );
  });
});
