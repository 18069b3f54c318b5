import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import { outputElements } from '../../src/main/kernels/layer-shape.ts';
import { referenceAcceleratorKernels } from '../../src/main/kernels/reference/accelerator-layer.ts';
import { compiledAccelerator } from './compiled-kernels.ts';
import { acceleratorCases, type AcceleratorCase } from './random-layer.ts';

let compiled: AcceleratorKernels;
beforeAll(async () => {
  compiled = await compiledAccelerator();
});

async function compute(kernels: AcceleratorKernels, { layer, samples, firstSample, codes }: AcceleratorCase) {
  const length = samples * outputElements(layer.shape);
  const output = layer.output.kind === 'codes' ? new Int16Array(length) : new Float32Array(length);
  const prepared = kernels.prepare(layer);
  const { histogram, ...statistics } = await prepared.run(codes, samples, firstSample, output);
  prepared.release();
  return { statistics, histogram, output };
}

const withHistogram = fc.tuple(acceleratorCases, fc.boolean()).map(([given, isCounted]) => {
  const histogram = { perBin: Math.fround(0.01), bins: 64 };
  return isCounted ? { ...given, layer: { ...given.layer, histogram } } : given;
});

test('the compiled kernels equal the plain reference, to the bit', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(withHistogram, async (layerCase) => {
      expect(await compute(compiled, layerCase)).toEqual(
        await compute(referenceAcceleratorKernels, layerCase)
      );
    }),
    { numRuns: 50, endOnFailure: true }
  );
});
