import fc from 'fast-check';
import type { QuantizerSettings } from '../../src/main/quantization/index.ts';

export const settings: fc.Arbitrary<QuantizerSettings> = fc.record({
  bits: fc.integer({ min: 2, max: 16 }),
  scheme: fc.constantFrom('symmetric' as const, 'affine' as const),
  storage: fc.constantFrom('signed' as const, 'unsigned' as const),
  narrow: fc.boolean(),
  reduceRange: fc.boolean()
});

export const finiteFloats = (magnitude: number) =>
  fc.float({ noNaN: true, min: -Math.fround(magnitude), max: Math.fround(magnitude) });

/** Any float32 but NaN: infinities, subnormals and both zeros among them. */
export const anyFloat = fc.float({ noNaN: true });
