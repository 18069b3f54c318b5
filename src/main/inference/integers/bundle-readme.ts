import { referenceIntegerKernels } from '../../kernels/reference/integer-layer.ts';
import { inputElements, outputElements } from '../../kernels/layer-shape.ts';
import type { IntegerSettings } from '../../simulation/integer/index.ts';
import type { NetworkLayer } from '../integer-layers.ts';
import type { GoldenCodes } from './integer-bundle.ts';

/** What a bundle is, how its layers are computed, and one output code worked out. */
export function bundleReadme(
  name: string,
  layers: readonly NetworkLayer[],
  golden: ReadonlyMap<string, GoldenCodes>,
  settings: IntegerSettings
): string {
  const { accumulator, requantization } = settings;
  return `# The integers of ${name}

\`manifest.json\` lists the ${layers.length} layers in the order in which they are computed; \`layers/\` has their arrays (\`.npy\`).
\`python3 check.py\` recomputes every layer from these files and compares with the golden codes, bit for bit (NumPy only).

## Arithmetic
For each output channel and position, with codes \`x\` that enter, weight codes \`w\`, and zero points \`zx\`, \`zw\`:

1. \`sum = Σ (x - zx) * (w - zw)\` over the products of the channel. Padding has the code \`zx\`, so that it adds nothing.
   The order is \`order\` in the manifest: \`channel-outermost\` as the weights lie, \`channel-innermost\` with the input channel
   running fastest. The accumulator has ${accumulator.bits} bits and ${accumulator.overflow === 'wrap' ? 'wraps as two’s complement does' : 'saturates'}${
     accumulator.check === 'per-tile'
       ? `; it takes exact sums of ${accumulator.tile} products`
       : '; every addition is checked'
   }.${accumulator.products === 'avx2-pairs' ? '\n   Neighbouring products saturate to 16 bits when they are added; `zx` is corrected afterwards.' : ''}
2. \`sum += bias\` in 32 bits (\`bias.npy\`: int32 at the scale of the sums, input scale times weight scale).
3. \`code = clamp(requantize(sum) + zy, low, high)\`; the bounds contain a fused Relu. The requantization here is \`${requantization}\`:
   ${requantizationText(requantization)}
   A layer whose output is not quantized gives \`float32(sum) * scale\` instead.

Every layer has \`M0\` and \`n\` with \`multiplier = M0 * 2^-(31 + n)\`, also where the rule above multiplies by a float: M0 is an
int32 from 2^30 on, and hardware multiplies by it and shifts. \`offset.npy\`, where there is one, is a float bias that is added
behind the multiplier.

## A line worked out
${workedLine(layers[0]!, golden.get(layers[0]!.layer.name)!)}

## Connections
A layer reads the tensor \`input.tensor\` and writes \`output.tensor\`. \`operators\` lists all operators of the network with the
tensors between them; \`quantizers\` says on which grid each tensor stands. Additions and pooling between layers are computed on
the values \`(code - zero point) * scale\` and quantized again.
`;
}

function requantizationText(dialect: IntegerSettings['requantization']): string {
  if (dialect === 'gemmlowp')
    return '`shift(high(sum, M0), n)`: `high(a, b) = (a*b + (a*b >= 0 ? 2^30 : 1 - 2^30)) / 2^31`, truncated; `shift` divides by 2^n and rounds half away from zero; a negative n shifts left before, saturating.';
  const multiplier = dialect === 'onnx' ? '`(sx * sw) / sy`' : '`(sw * sx) * (1 / sy)`';
  return `\`rint(float32(float32(sum) * m))\`, half to even, with m = ${multiplier}, every step rounded to float32.`;
}

/** The first output code of the first sample, from its products on. */
function workedLine({ layer, integer }: NetworkLayer, golden: GoldenCodes): string {
  const input = golden.input.subarray(0, inputElements(integer.shape));
  const exact = { kind: 'observed', tile: null } as const;
  const plain = { kind: 'values', scales: Float32Array.of(1) } as const;
  const sums = new Float32Array(outputElements(integer.shape));
  const { accumulation } = integer;
  const alone = { ...integer, accumulation: accumulation.kind === 'limited' ? exact : accumulation };
  const bare = { ...alone, bias: null, offset: null, output: plain };
  referenceIntegerKernels.prepare(bare).run(input, 1, sums);
  const sum = sums[0]!;
  const bias = integer.bias?.[0] ?? 0;
  const { output } = integer;
  const found = golden.output[0]!;
  const before = `Layer \`${layer.name}\`, sample 0, output channel 0, first position: the exact sum is ${sum}`;
  const withBias = integer.bias === null ? '' : `, with the bias ${bias} it is ${sum + bias}`;
  if (output.kind === 'values') {
    return `${before}${withBias}; times the scale ${output.scales[0]} that is ${found}.`;
  }
  const { requantization, zeroPoint, low, high } = output;
  const product =
    requantization.kind === 'float-multiplier'
      ? `Times m = ${requantization.multipliers[0]} that is ${Math.fround(Math.fround(sum + bias) * requantization.multipliers[0]!)}`
      : `Times M0 = ${requantization.multipliers[0]}, shifted by n = ${requantization.shifts[0]}, that is about ${((sum + bias) * requantization.multipliers[0]! * 2 ** -(31 + requantization.shifts[0]!)).toFixed(4)}`;
  return `${before}${withBias}. ${product}; rounded, plus the zero point ${zeroPoint}, kept between ${low} and ${high}, the code is ${found}.`;
}
