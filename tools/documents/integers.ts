import type { Divergence } from '../../src/contract/index.ts';
import type { RunResult } from '../../src/main/inference/run-job.ts';

/** The runs that docs/integers.md quotes. */
export interface IntegerRuns {
  readonly model: string;
  readonly samples: number;
  readonly float: RunResult;
  readonly simulated: RunResult;
  readonly widths: readonly {
    readonly bits: number;
    readonly wrap: RunResult;
    readonly saturate: RunResult;
  }[];
  readonly pairs: RunResult;
  readonly pairsReduced: RunResult;
  readonly reduced: RunResult;
  readonly biases: readonly { readonly bits: number; readonly run: RunResult }[];
  readonly divergence: Divergence;
}

const percent = (value: number, digits = 1) => `${(value * 100).toFixed(digits)} %`;
const top1 = ({ metrics }: RunResult) => percent(metrics['top1']!);
const overflows = ({ layers }: RunResult) =>
  layers.reduce((sum, { integers }) => sum + (integers?.overflows ?? 0), 0);
const thousands = (value: number) => value.toLocaleString('en-US');
const biasErrorCodes = ({ layers }: RunResult) =>
  Math.max(...layers.map(({ integers }) => integers?.biasErrorCodes ?? 0));

/** docs/integers.md: what people ask about integers, answered with numbers of real runs. */
export function integerPage(runs: IntegerRuns): string {
  const { widths, divergence } = runs;
  const exact = widths[0]!.wrap;
  // The widest that is counted, in which nothing overflows.
  const counted = widths[1]!.wrap;
  const parted = divergence.layers.find(({ name }) => name === divergence.firstSimulated);
  const last = divergence.layers.at(-1)!;
  return `# Integers

Written by \`node tools/integers.ts\`: every number below that is not plain arithmetic comes from runs of the sample network
\`${runs.model}\` on the first ${runs.samples} test pictures, 8 bits, with the default configuration and what is named.
One picture is ${percent(1 / runs.samples)}. On another processor ONNX
Runtime adds floats in another order while it calibrates, so that single pictures can fall otherwise.
Float: ${top1(runs.float)}; simulated: ${top1(runs.simulated)}; integer: ${top1(exact)}.

## What happens to 255 * 127?
An activation code of 8 unsigned bits is at most 255, a signed weight code at most 127 (255 * 255 does not exist: int8 ends at
127). The product is 32,385 and needs 16 bits with its sign. Nothing happens to it as long as the register that takes it has
16 bits or more; Bitlab refuses narrower ones and names the layer. What overflows is the *sum*.

## When does a sum leave int8, int16, int32?
- int8: at the first product of more than 127, so at once.
- int16: at the second product, in the worst case: 2 * 32,385 = 64,770 is more than 32,767.
- int32: after 2^31 / 32,385, about 66,000 products of the largest size. A 3x3 convolution of 64 channels adds 576 and reaches
  18,653,760 at most, which is 26 bits with its sign. So 32 bits are ample in ordinary networks.

The worst case needs every weight to meet the largest code with its own sign. For each layer the run's *Integers* tab has the
bits that its actual weights allow (their norms), the bits that the data needed, and the margin of A2Q (Colbert et al., ICCV
2023), below which its guarantee against overflow fails. Here for accumulators of ${counted.layers[0]!.integers!.accumulatorBits} bits:

| layer | worst case (bits) | data needed (bits) | A2Q margin (bits) |
| --- | --- | --- | --- |
${counted.layers.map(({ name, integers }) => `| ${name} | ${integers?.worstCaseBits ?? '–'} | ${integers?.dataBits ?? '–'} | ${integers?.a2qMarginBits?.toFixed(1).replace('-', '−') ?? '–'} |`).join('\n')}

The data column has the partial sums of the first 20 pictures. A2Q takes the whole norm of the weights, as if all products had
one sign, so that it asks for up to a bit more than the worst case.

What narrower registers do (\`accumulator: {bits, overflow}\`, every addition checked):

| bits | wraps: overflows | top-1 | saturates: overflows | top-1 |
| --- | --- | --- | --- | --- |
${widths.map(({ bits, wrap, saturate }) => `| ${bits} | ${thousands(overflows(wrap))} | ${top1(wrap)} | ${thousands(overflows(saturate))} | ${top1(saturate)} |`).join('\n')}

ONNX Runtime computes the row of 32 bits and does not count; that nothing overflows there follows from the worst
case. A run's button *Sweep the accumulator width* draws this curve.

## What does reduceRange protect from, and what does it cost?
Processors with AVX2 and without VNNI multiply pairs of bytes and add both products in **16 bits, saturating** (pmaddubsw):
211 * 71 + 171 * 107 = 33,278 becomes 32,767. \`accumulator: {products: avx2-pairs}\` computes exactly that. PyTorch's
\`reduce_range\` takes a bit from the codes so that no pair can reach the limit.

| | pairs that saturated | top-1 |
| --- | --- | --- |
| exact products | 0 | ${top1(exact)} |
| avx2-pairs | ${thousands(overflows(runs.pairs))} | ${top1(runs.pairs)} |
| avx2-pairs with reduceRange | ${thousands(overflows(runs.pairsReduced))} | ${top1(runs.pairsReduced)} |
| exact products with reduceRange | 0 | ${top1(runs.reduced)} |

The last line is what the protection costs where it is not needed. Bitlab's integer runs in ONNX Runtime do not need it: at the
start it multiplies a pair that would saturate, and stores weights unsigned where the processor gets it wrong.

## Why is the bias kept at sx * sw, and what does an 8-bit bias do?
The sum counts in steps of input scale times weight scale. A bias in the same steps is simply added; in any other it would have
to be rescaled first. int32 makes its rounding error negligible: ${biasErrorCodes(exact).toExponential(1)} output codes at most here.
A bias of few bits has a scale of its own, shared by the channels of a layer, and its error grows with the largest bias:

| bias | largest error (output codes) | top-1 |
| --- | --- | --- |
| int32 | ${biasErrorCodes(exact).toExponential(1)} | ${top1(exact)} |
${runs.biases.map(({ bits, run }) => `| ${bits} bits | ${biasErrorCodes(run).toFixed(3)} | ${top1(run)} |`).join('\n')}

## Why do simulated and integer differ in a few codes?
Both round to the same grids, but not at the same places. Simulated multiplies rounded *values* in float32 and adds them in
whatever order the convolution likes, each addition rounded; integer adds whole numbers, exactly, and rounds once, at
\`sum * m\`. Where the exact result lies next to the middle between two codes, they can fall to different sides. The network's
input is another such place: PyTorch multiplies by 1 / scale, ONNX's QuantizeLinear, which integer runs follow, divides by the scale,
and with a symmetric scale the largest value lies exactly in the middle between two codes.
${
  parted === undefined
    ? `On ${divergence.samples} pictures no code differed.`
    : `On ${divergence.samples} pictures the first layer with a difference is \`${parted.name}\`: ${parted.simulated.differing} of ${thousands(parted.codes)} codes, by ${parted.simulated.largest}. A code that is off by one shifts the sums behind it, so the share grows with depth: ${percent(last.simulated.share, 2)} of the codes of \`${last.name}\` differ, by ${last.simulated.largest} at most.`
} \`bitlab runs divergence ID\` and the run's *Integers* tab show it for any run.
`;
}
