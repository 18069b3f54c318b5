import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnSpan, grownWidths } from '../../src/renderer/components/grid-column.ts';
import { nextOrders } from '../../src/renderer/components/sort-orders.ts';

test('every column that can be seen is drawn, and the pixels add up', () => {
  const widths = fc.array(fc.integer({ min: 40, max: 300 }), { maxLength: 60 });
  fc.assert(
    fc.property(widths, fc.nat(8000), fc.integer({ min: 100, max: 2000 }), (all, scrolled, view) => {
      const { first, end, before, after } = columnSpan(all, scrolled, view);
      const sum = (from: number, to: number) =>
        all.slice(from, to).reduce((total, width) => total + width, 0);
      expect(before).toBe(sum(0, first));
      expect(after).toBe(sum(end, all.length));
      let left = 0;
      for (const [index, width] of all.entries()) {
        const seen = left < scrolled + view && left + width > scrolled;
        if (seen) expect(index >= first && index < end).toBe(true);
        left += width;
      }
    })
  );
});

test('a click sorts by one column, an adding click by several; the third takes it out again', () => {
  const one = nextOrders([], 'top1', true, false);
  expect(one).toEqual([{ key: 'top1', direction: 'descending' }]);
  expect(nextOrders(one, 'top1', true, false)).toEqual([{ key: 'top1', direction: 'ascending' }]);
  const two = nextOrders(one, 'model', false, true);
  expect(two).toEqual([...one, { key: 'model', direction: 'ascending' }]);
  const turned = nextOrders(two, 'model', false, true);
  expect(turned).toEqual([...one, { key: 'model', direction: 'descending' }]);
  expect(nextOrders(turned, 'model', false, true)).toEqual(one);
  expect(nextOrders(two, 'seed', true, false)).toEqual([{ key: 'seed', direction: 'descending' }]);
});

test('what a wide view leaves goes to the columns that lack room, and no further', () => {
  const column = (width: number, most?: number) =>
    ({ key: '', title: '', align: 'text', width, most, sortable: true }) as const;
  const columns = [column(100, 200), column(80), column(60, 110)];
  expect(grownWidths(columns, -50)).toEqual([100, 80, 60]);
  expect(grownWidths(columns, 75)).toEqual([150, 80, 85]);
  expect(grownWidths(columns, 1000)).toEqual([200, 80, 110]);
});
