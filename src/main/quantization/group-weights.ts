import { BitlabError, type WeightSettings } from '../../contract/index.ts';
import type { Range } from './quantizer.ts';
import { fromRows, toRows, weightExtents } from './rounding/weight-rows.ts';
import type { Grid } from './grids/grid.ts';
import { quantizeWeights, type QuantizedWeights } from './weights.ts';

/**
 * A uniform quantizer for weights seen as outputs x inputs, with a scale and a zero point for each output and each group of
 * neighbouring inputs.
 */
export interface GroupedQuantizer {
  readonly bits: number;
  /** outputs x groups */
  readonly scale: Float32Array;
  /** outputs x groups */
  readonly zeroPoint: Int32Array;
  readonly low: number;
  readonly high: number;
  /** Groups of one output. */
  readonly groups: number;
  /** Neighbouring inputs in a group: its channels times kernel positions. */
  readonly inputsPerGroup: number;
  /** Where levels are not evenly spaced. */
  readonly grid?: Grid;
}

/** Weights after quantization in groups. */
export interface GroupedWeights {
  readonly quantizer: GroupedQuantizer;
  /** One entry for each output and group. */
  readonly range: Range;
  /** As many as weights, in their order. */
  readonly codes: Int32Array;
  readonly values: Float32Array;
}

/**
 * Quantizes weights in groups of `groupSize` neighbouring input channels (all kernel positions of a channel are in its
 * group), each group of each output with a scale of its own.
 * @param weights values in row-major order @param shape its shape
 * @param axis the axis of the output channels; in a Conv with groups, input channels are those of one of its groups
 * @param layer its name, for messages @param quantize what quantizes each group as if it were a channel
 * @throws BitlabError GROUPS_UNEVEN where the group size does not divide the input channels, VALUES_NAN, CONFIGURATION_BITS
 */
export function quantizeWeightGroups(
  weights: Float32Array,
  shape: readonly number[],
  axis: number,
  groupSize: number,
  settings: WeightSettings,
  layer: string,
  quantize: (
    weights: Float32Array,
    shape: readonly number[],
    axis: number,
    settings: WeightSettings
  ) => QuantizedWeights = quantizeWeights
): GroupedWeights {
  const { outputs, inputs } = weightExtents(shape, axis);
  const channels = shape[1 - axis] ?? 1;
  if (!(Number.isInteger(groupSize) && groupSize >= 1) || channels % groupSize !== 0)
    throw new BitlabError('GROUPS_UNEVEN', { layer, channels, groupSize });
  const groups = channels / groupSize;
  const inputsPerGroup = inputs / groups;
  const rows = toRows(weights, shape, axis);
  const groupRows = [outputs * groups, inputsPerGroup];
  const { quantizer, range, codes, values } = quantize(rows, groupRows, 0, {
    ...settings,
    granularity: 'channel'
  });
  const { bits, scale, zeroPoint, low, high, grid } = quantizer;
  return {
    quantizer: { bits, scale, zeroPoint, low, high, groups, inputsPerGroup, ...(grid && { grid }) },
    range,
    codes: fromRows(codes, shape, axis),
    values: fromRows(values, shape, axis)
  };
}
