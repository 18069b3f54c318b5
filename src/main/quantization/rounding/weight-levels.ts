import { f32, rint } from '../../numeric/float32.ts';
import type { GroupedQuantizer } from '../group-weights.ts';
import type { Quantizer } from '../quantizer.ts';
import type { WeightExtents } from './weight-rows.ts';

/**
 * The values that each weight of a layer may become, numbered by codes from `low` to `high` in rising order. Weights are
 * addressed as outputs x inputs. All that rounding methods need to know of a grid.
 */
export interface WeightLevels {
  readonly low: number;
  readonly high: number;
  value(output: number, input: number, code: number): number;
  /** The code of the level nearest to a value. */
  nearest(output: number, input: number, value: number): number;
  /** The largest code whose level is not above a value, or `low` where there is none. */
  below(output: number, input: number, value: number): number;
}

/** The levels of a uniform quantizer for the whole tensor, for each output, or for groups of neighbouring inputs. */
export function uniformLevels(quantizer: Quantizer | GroupedQuantizer, extents: WeightExtents): WeightLevels {
  const { scale, zeroPoint, low, high } = quantizer;
  const [perOutput, inputsPerGroup] =
    'inputsPerGroup' in quantizer
      ? [quantizer.groups, quantizer.inputsPerGroup]
      : [scale.length === 1 ? 0 : 1, Math.max(extents.inputs, 1)];
  const inverse = scale.map((value) => 1 / value);
  const at = (output: number, input: number) => output * perOutput + Math.floor(input / inputsPerGroup);
  const clamped = (code: number) => Math.min(Math.max(code, low), high);
  return {
    low,
    high,
    value(output, input, code) {
      const place = at(output, input);
      return f32((code - zeroPoint[place]!) * scale[place]!);
    },
    nearest(output, input, value) {
      const place = at(output, input);
      return clamped(zeroPoint[place]! + rint(f32(f32(value) * inverse[place]!)));
    },
    below(output, input, value) {
      const place = at(output, input);
      return clamped(zeroPoint[place]! + Math.floor(f32(f32(value) * inverse[place]!)));
    }
  };
}
