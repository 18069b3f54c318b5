import type { CodeMaps, Configuration } from '../../../contract/index.ts';
import type { IntegerKernels } from '../../kernels/integer-kernels.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import type { SampleSource } from '../run-job.ts';
import { differenceMap, mapShape } from './code-difference.ts';
import { codesOfSample, openThreeWays } from './three-ways.ts';

/**
 * Where the codes of one sample part, layer by layer and position by position; as `divergence` compares them.
 * @param sample its number in the source
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer that does not fit
 */
export async function codeMaps(
  network: QuantizedNetwork,
  configuration: Configuration,
  kernels: IntegerKernels,
  source: SampleSource,
  sample: number,
  threads: number
): Promise<CodeMaps> {
  const opened = await openThreeWays(network, configuration, kernels, source, threads);
  try {
    const integer = await opened.integer.compute(sample, 1);
    const simulated = await opened.simulated.compute(sample, 1);
    const limited = await opened.limited.compute(sample, 1);
    return {
      sample,
      accumulatorBits: opened.accumulatorBits,
      layers: opened.layers.map(({ layer: { name, operator, outputShape } }) => {
        const shape = mapShape(operator, outputShape);
        const expected = codesOfSample(integer, name, 0, 1);
        return {
          name,
          ...shape,
          simulated: differenceMap(expected, codesOfSample(simulated, name, 0, 1), shape),
          limited: differenceMap(expected, codesOfSample(limited, name, 0, 1), shape)
        };
      })
    };
  } finally {
    await opened.release();
  }
}
