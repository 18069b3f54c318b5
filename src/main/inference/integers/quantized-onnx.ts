import { BitlabError, type Configuration } from '../../../contract/index.ts';
import { lowerToIntegers, writeModel } from '../../graph/index.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import { integerSettings, onnxRuntimeComputes } from '../integer-settings.ts';

/**
 * A quantized network as an ONNX file with QuantizeLinear, Clip and DequantizeLinear around each layer, which ONNX Runtime
 * computes in integers and gives the same codes. Weights are stored as uint8 where pairs of u8 x s8 products could saturate,
 * so that it does so on every processor.
 * @throws BitlabError CONFIGURATION_CONFLICT for what such a graph cannot say
 */
export function quantizedOnnx(network: QuantizedNetwork, configuration: Configuration): Uint8Array {
  const { model, analysis, plan } = network;
  if (
    configuration.arithmetic !== 'integer' ||
    !onnxRuntimeComputes(integerSettings(configuration), analysis, plan)
  ) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason:
        'An ONNX graph of QuantizeLinear, Clip and DequantizeLinear says integer arithmetic of 8 bits or fewer with an int32 bias, accumulators of 32 bits that wrap, and the requantization onnx; this run has something else',
      advice: 'Export a run with these settings, or the integer bundle of this one.'
    });
  }
  return writeModel(lowerToIntegers(model, analysis, plan, { weightStorage: 'uint8' }));
}
