import type { WeightSettings } from '../../contract/index.ts';
import { quantizeOnGrid } from './grid-weights.ts';
import { quantizeWeightGroups } from './group-weights.ts';
import type { WeightExtents } from './rounding/weight-rows.ts';
import { uniformLevels, type WeightLevels } from './rounding/weight-levels.ts';
import { gridLevels } from './grids/index.ts';
import type { Quantizer } from './quantizer.ts';
import { quantizeWeights, type QuantizedWeights } from './weights.ts';

/** Where settings do not say. */
const usualGroupSize = 64;

/**
 * Quantizes the weights of a layer as its settings say: on evenly spaced levels or on a grid; with one scale, one for each
 * output channel, or one for each group of neighbouring input channels.
 * @param weights values in row-major order @param shape its shape @param axis the axis of the output channels
 * @param layer its name, for messages
 * @throws BitlabError GROUPS_UNEVEN where the group size does not divide the input channels, VALUES_NAN, CONFIGURATION_BITS,
 * CODEBOOK_INVALID
 */
export function quantizeLayerWeights(
  weights: Float32Array,
  shape: readonly number[],
  axis: number,
  settings: WeightSettings,
  layer: string
): QuantizedWeights {
  const quantize = settings.grid === 'uniform' ? quantizeWeights : quantizeOnGrid;
  if (settings.granularity !== 'group') return quantize(weights, shape, axis, settings);
  const grouped = quantizeWeightGroups(
    weights,
    shape,
    axis,
    settings.groupSize ?? usualGroupSize,
    settings,
    layer,
    quantize
  );
  const { groups: perOutput, inputsPerGroup, ...quantizer } = grouped.quantizer;
  return { ...grouped, quantizer: { ...quantizer, axis, groups: { perOutput, inputsPerGroup } } };
}

/** The levels that rounding methods choose from, for any quantizer of weights. */
export function levelsOfWeights(quantizer: Quantizer, extents: WeightExtents): WeightLevels {
  const { groups, grid, scale } = quantizer;
  if (grid === undefined) {
    if (groups === undefined) return uniformLevels(quantizer, extents);
    const { perOutput, inputsPerGroup } = groups;
    return uniformLevels({ ...quantizer, groups: perOutput, inputsPerGroup }, extents);
  }
  const levels = gridLevels({ grid, scale, axis: quantizer.axis });
  if (groups === undefined) return levels;
  const at = (output: number, input: number) =>
    output * groups.perOutput + Math.floor(input / groups.inputsPerGroup);
  return {
    low: levels.low,
    high: levels.high,
    value: (output, input, code) => levels.value(at(output, input), 0, code),
    nearest: (output, input, value) => levels.nearest(at(output, input), 0, value),
    below: (output, input, value) => levels.below(at(output, input), 0, value)
  };
}
