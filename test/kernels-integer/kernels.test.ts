import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { outputElements } from '../../src/main/kernels/layer-shape.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import { compiledKernels } from './compiled-kernels.ts';
import { layerCases, type LayerCase } from './random-layer.ts';

let compiled: IntegerKernels;
beforeAll(async () => {
  compiled = await compiledKernels();
});

function compute(kernels: IntegerKernels, { layer, samples, codes }: LayerCase) {
  const length = samples * outputElements(layer.shape);
  const output = layer.output.kind === 'codes' ? new Int16Array(length) : new Float32Array(length);
  const prepared = kernels.prepare(layer);
  const statistics = prepared.run(codes, samples, output);
  prepared.release();
  return { statistics, output };
}

test('the compiled kernels equal the plain reference, to the bit', () => {
  fc.assert(
    fc.property(layerCases, (layerCase) => {
      expect(compute(compiled, layerCase)).toEqual(compute(referenceIntegerKernels, layerCase));
    }),
    { numRuns: 600 }
  );
});
