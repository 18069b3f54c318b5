import { BitlabError } from '../../contract/index.ts';
import { f32, rint } from '../numeric/float32.ts';

const int32Minimum = -(2 ** 31);
const int32Maximum = 2 ** 31 - 1;

/**
 * The bias as int32 multiples of activation scale times weight scale, zero point 0, so that it can be added to the
 * accumulator: rint(f32(b * f32(1 / f32(sx * sw)))), saturating.
 * @param bias one value for each output channel
 * @param weightScale one entry for each output channel, or a single one
 * @returns the codes, and the values they stand for
 * @throws BitlabError VALUES_NAN
 */
export function quantizeBias(
  bias: Float32Array,
  activationScale: number,
  weightScale: Float32Array
): { codes: Int32Array; values: Float32Array } {
  if (weightScale.length !== 1 && weightScale.length !== bias.length)
    throw new RangeError(`${weightScale.length} weight scales for ${bias.length} biases`);
  const codes = new Int32Array(bias.length);
  const values = new Float32Array(bias.length);
  for (let i = 0; i < bias.length; i++) {
    const scale = f32(activationScale * weightScale[weightScale.length === 1 ? 0 : i]!);
    const code = rint(f32(bias[i]! * f32(1 / scale)));
    if (Number.isNaN(code)) throw new BitlabError('VALUES_NAN', { index: i });
    codes[i] = Math.min(Math.max(code, int32Minimum), int32Maximum);
    values[i] = codes[i]! * scale;
  }
  return { codes, values };
}
