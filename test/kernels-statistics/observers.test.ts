import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createObserver,
  type ObserverDialect,
  type ObserverKind,
  type QuantizerSettings
} from '../../src/main/quantization/index.ts';
import { normalValues } from '../quantization/normal-values.ts';
import { compiledStatisticsKernels } from './compiled-kernels.ts';

const compiled = await compiledStatisticsKernels();
const kinds: ObserverKind[] = ['minmax', 'moving-average', 'histogram', 'mse'];
const dialects: ObserverDialect[] = ['torch', 'torch-1.13'];
const all = kinds.flatMap((kind) => dialects.map((dialect) => [kind, dialect] as const));
const settings = (bits: number): QuantizerSettings => ({
  bits,
  scheme: 'affine',
  storage: 'unsigned',
  narrow: false,
  reduceRange: false
});

const batch = fc.record({
  rows: fc.integer({ min: 0, max: 40 }),
  seed: fc.nat(),
  factor: fc.constantFrom(1e-42, 1e-3, 1, 7, 1e30),
  offset: fc.constantFrom(0, 1, -3),
  rectified: fc.boolean(),
  infinite: fc.boolean()
});

test.each(all)(
  '%s in the dialect %s finds the same range with plain and compiled kernels',
  (kind, dialect) => {
    const axes = fc.constantFrom(null, 0, 1);
    const batches = fc.array(batch, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(batches, axes, fc.integer({ min: 2, max: 9 }), (list, axis, bits) => {
        const [plain, fast] = [
          createObserver(kind, dialect, axis),
          createObserver(kind, dialect, axis, compiled)
        ];
        for (const { rows, seed, factor, offset, rectified, infinite } of list) {
          const shape = axis === 0 ? [3, rows] : [rows, 3];
          const values = normalValues(rows * 3, seed).map(
            (x) => (rectified ? Math.max(x, 0) : x) * factor + offset
          );
          if (infinite && rows > 0) values[0] = Infinity;
          plain.observe(values, shape);
          // What was found once serves both: the extent of the whole batch, and the counts.
          fast.observe(values, shape, compiled.statisticsOf(values));
        }
        expect(fast.range(settings(bits), null)).toEqual(plain.range(settings(bits), null));
        expect(fast.range(settings(bits), 256)).toEqual(plain.range(settings(bits), 256));
      }),
      { numRuns: 25 }
    );
  }
);
