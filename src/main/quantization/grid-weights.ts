import type { WeightSettings } from '../../contract/index.ts';
import { gridOf } from './grid-of-settings.ts';
import {
  decodeFromGrid,
  encodeOnGrid,
  gridQuantizer,
  gridQuantizerFromRange,
  nearestCode,
  scaledLevels,
  type Grid
} from './grids/index.ts';
import { createObserver } from './observers/index.ts';
import type { Range } from './quantizer.ts';
import { rangeOfWeights, type QuantizedWeights } from './weights.ts';

/** Ranges are tried down to a fifth of the whole one, in steps of 1 %. */
const shrinkSteps = 80;

/**
 * Quantizes weights to the nearest level of a grid. The range `mse` is found on the weights themselves: both ends shrink
 * together in steps of 1 %, and the least squared error wins.
 * @param weights values in row-major order @param shape its shape
 * @param axis the axis of the output channels, used where the granularity is `channel`
 * @throws BitlabError CODEBOOK_INVALID, VALUES_NAN, CONFIGURATION_BITS
 */
export function quantizeOnGrid(
  weights: Float32Array,
  shape: readonly number[],
  axis: number,
  settings: WeightSettings
): QuantizedWeights {
  const { grid, bits } = gridOf(settings, true);
  const channelAxis = settings.granularity === 'channel' ? axis : null;
  const range =
    settings.range === 'mse'
      ? leastErrorRange(weights, shape, channelAxis, grid)
      : rangeOfWeights(weights, shape, channelAxis, settings);
  const quantizer = gridQuantizer(grid, bits, range, channelAxis, settings.powerOfTwoScale);
  const codes = encodeOnGrid(weights, shape, quantizer);
  return { quantizer, range, codes, values: decodeFromGrid(codes, shape, quantizer) };
}

/** For each channel the range, shrunk at both ends together, whose levels have the least squared error. */
function leastErrorRange(
  weights: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  grid: Grid
): Range {
  const observer = createObserver('minmax', 'torch', channelAxis);
  observer.observe(weights, shape);
  const whole = observer.range(
    { bits: 8, scheme: 'symmetric', storage: 'signed', narrow: false, reduceRange: false },
    null
  );
  const channels = whole.minimum.length;
  const inner = channelAxis === null ? weights.length : product(shape.slice(channelAxis + 1));
  const values = Array.from({ length: channels }, (): number[] => []);
  for (let i = 0; i < weights.length; i++) values[Math.floor(i / inner) % channels]!.push(weights[i]!);
  const factors = values.map((own, channel) => {
    let best = 1;
    let least = Infinity;
    for (let step = 0; step < shrinkSteps; step++) {
      const factor = 1 - step / 100;
      const ends = {
        minimum: Float32Array.of(whole.minimum[channel]! * factor),
        maximum: Float32Array.of(whole.maximum[channel]! * factor)
      };
      const levels = scaledLevels(grid, gridQuantizerFromRange(grid, ends, null).scale[0]!);
      let error = 0;
      for (const value of own) error += (value - levels.values[nearestCode(levels, value)]!) ** 2;
      if (error < least) [least, best] = [error, factor];
    }
    return best;
  });
  return {
    minimum: whole.minimum.map((value, channel) => value * factors[channel]!),
    maximum: whole.maximum.map((value, channel) => value * factors[channel]!)
  };
}

const product = (extents: readonly number[]) => extents.reduce((all, extent) => all * extent, 1);
