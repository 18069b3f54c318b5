import {
  convolutionOutput,
  inputElements,
  outputChannels,
  outputElements
} from '../../kernels/layer-shape.ts';
import { operandsAt, sumOf } from '../../kernels/reference/integer-layer.ts';
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
\`SHA256SUMS\` has the digests of the files (\`sha256sum -c\` reads it), and \`arrays\` in the manifest their types, shapes and, for each
row, the sum of its values and the sum of its values times their places from 1 on: by these a changed value is found.

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

${layers.length === 0 ? '' : `## A line worked out\n${workedLine(layers[0]!, golden.get(layers[0]!.layer.name)!)}\n`}
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

/** Products that are written out. */
const writtenOut = 4;

/** One output code of the first sample from its products on: in the middle of a channel, where nothing is padded. */
function workedLine({ layer, integer }: NetworkLayer, golden: GoldenCodes): string {
  const { shape, output, input, accumulation } = integer;
  const channels = outputChannels(shape);
  const positions = outputElements(shape) / channels;
  const width = shape.kind === 'product' ? 1 : convolutionOutput(shape)[1];
  const middle = shape.kind === 'product' ? 0 : Math.floor(positions / 2 / width) * width + (width >> 1);
  const codeOf = (each: number) => golden.output[each * positions + middle]!;
  // A code that its bounds did not make says more.
  const isInside = (each: number) =>
    output.kind === 'values' || (codeOf(each) > output.low && codeOf(each) < output.high);
  const channel = Math.max(Array.from({ length: channels }, (_, each) => each).findIndex(isInside), 0);
  const ofChannel = <Entry>(entries: ArrayLike<Entry>) => entries[entries.length === 1 ? 0 : channel]!;
  const operands = operandsAt(integer, golden.input.subarray(0, inputElements(shape)), channel, middle);
  const { activations, weights, weightZeroPoint } = operands;
  const exact = activations.reduce(
    (sum, code, k) => sum + (code - input.zeroPoint) * (weights[k]! - weightZeroPoint),
    0
  );
  const formed = sumOf(integer, operands);
  const terms = Array.from(
    weights.subarray(0, writtenOut),
    (weight, k) => `(${activations[k]} - ${input.zeroPoint}) * (${weight} - ${weightZeroPoint})`
  );
  const place =
    shape.kind === 'product' ? [0, channel] : [0, channel, Math.floor(middle / width), middle % width];
  const register =
    accumulation.kind === 'limited' ? `a register of ${accumulation.bits} bits` : 'pairs of 16 bits';
  const steps = [
    `Layer \`${layer.name}\`, \`golden-output.npy[${place.join(', ')}]\` (sample, channel, place), from codes of \`golden-input.npy\`: zx is ${input.zeroPoint}, zw is ${weightZeroPoint}, and the ${weights.length} products are`,
    '',
    `    ${terms.join(' + ')}${weights.length > writtenOut ? ' + …' : ''} = ${exact}`,
    ''
  ];
  if (formed !== exact) steps.push(`In ${register} this becomes ${formed}.`);
  const bias = integer.bias === null ? 0 : ofChannel(integer.bias);
  const sum = formed + bias;
  if (integer.bias !== null) steps.push(`With the bias ${bias} it is ${sum}.`);
  const found = codeOf(channel);
  if (output.kind === 'values') {
    steps.push(`Times the scale ${ofChannel(output.scales)} that is ${found}.`);
    return steps.join('\n');
  }
  const { requantization, zeroPoint, low, high } = output;
  if (requantization.kind === 'float-multiplier') {
    const multiplier = ofChannel(requantization.multipliers);
    const product = Math.fround(Math.fround(sum) * multiplier);
    steps.push(
      `Times m = ${multiplier} that is ${product}${integer.offset === null ? '' : `; with the offset ${ofChannel(integer.offset)} it is ${Math.fround(product + ofChannel(integer.offset))}`}.`
    );
  } else {
    const [multiplier, shift] = [ofChannel(requantization.multipliers), ofChannel(requantization.shifts)];
    steps.push(
      `Times M0 = ${multiplier}, shifted by n = ${shift}, that is ${(sum * multiplier * 2 ** -(31 + shift)).toFixed(4)} before it is rounded.`
    );
  }
  steps.push(
    `Rounded, plus the zero point ${zeroPoint}, kept between ${low} and ${high}, the code is **${found}**.`
  );
  return steps.join('\n');
}
