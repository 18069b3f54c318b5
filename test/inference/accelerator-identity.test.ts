import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { AcceleratorSettings } from '../../src/contract/index.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';
import { acceleratorExecutor } from '../../src/main/inference/accelerator-executor.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import type { AcceleratorKernels } from '../../src/main/kernels/accelerator-kernels.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { referenceAcceleratorKernels } from '../../src/main/kernels/reference/accelerator-layer.ts';
import { compiledAccelerator } from '../kernels-accelerator/compiled-kernels.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';
import { randomNetworks } from './random-network.ts';
import { smallNetwork } from './sample-network.ts';

let integer: IntegerKernels;
let compiled: AcceleratorKernels;
beforeAll(async () => {
  integer = await compiledKernels();
  compiled = await compiledAccelerator();
});

const slices = fc.option(fc.integer({ min: 1, max: 5 }), { nil: null });
/** Hardware that loses nothing: every stage may be cut, none errs. */
const exactHardware = fc.record({
  tile: fc.constantFrom(1, 3, 4, 16, 64, 1000),
  reduction: fc.constantFrom('channel-innermost', 'kernel-innermost'),
  slicing: fc.record({ activations: slices, weights: slices }),
  signs: fc.constantFrom('differential', 'differential-digital', 'offset'),
  isIdeal: fc.boolean(),
  rounding: fc.constantFrom('nearest', 'floor')
});
const quantizers = fc.record({
  weightBits: fc.integer({ min: 2, max: 8 }),
  activationBits: fc.integer({ min: 2, max: 8 }),
  weights: fc.constantFrom({}, { scheme: 'affine' }, { storage: 'unsigned' }, { narrow: true }),
  activations: fc.constantFrom(
    {},
    { scheme: 'symmetric', storage: 'signed' },
    { storage: 'signed' },
    { reduceRange: true }
  )
});

test(
  'hardware without errors gives the logits of the integers, bit for bit',
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomNetworks,
        exactHardware,
        quantizers,
        async (
          model,
          { isIdeal, rounding, ...hardware },
          { weightBits, activationBits, weights, activations }
        ) => {
          const { configured, quantized, source } = await smallNetwork(model);
          const adcBits = activationBits + weightBits + Math.ceil(Math.log2(hardware.tile));
          const settings = AcceleratorSettings.parse({
            ...hardware,
            adc: { bits: isIdeal ? 'ideal' : adcBits, rounding }
          });
          const configuration = configured(8, {
            weights: { bits: weightBits, ...weights },
            activations: { bits: activationBits, observer: 'minmax', ...activations }
          });
          const network = quantized(configuration);
          const exact = await integerExecutor(network, integer, integerSettings(configuration), {
            threads: 1
          });
          const pictures = await source.batch(0, 2);
          const expected = (await exact.infer(pictures, 2)).slice();
          await exact.release();
          for (const accelerator of [referenceAcceleratorKernels, compiled]) {
            const executor = await acceleratorExecutor(
              network,
              { accelerator, integer },
              configuration,
              settings,
              { ...noHardwareSources, seed: 0 },
              { threads: 1, calibration: null }
            );
            expect(await executor.infer(pictures, 2)).toEqual(expected);
            for (const { statistics, error } of executor.seen().values()) {
              expect([statistics.clipped, statistics.overflows, error]).toEqual([0, 0, 0]);
            }
            await executor.release();
          }
        }
      ),
      { numRuns: 40, seed: 5 }
    );
  }
);
