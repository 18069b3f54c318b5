import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holmAdjusted } from '../../src/contract/index.ts';

test("adjusts as R's p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm')", () => {
  expect(holmAdjusted([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([
    0.03, 0.06, 0.06, 0.02
  ]);
  expect(holmAdjusted([0.6, 0.7])).toEqual([1, 1]);
  expect(holmAdjusted([0.02])).toEqual([0.02]);
  expect(holmAdjusted([])).toEqual([]);
});

test('is never below the p value nor above 1, and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
      const adjusted = holmAdjusted(pValues);
      for (const [i, p] of pValues.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        for (const [j, other] of pValues.entries())
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
      }
    })
  );
});
