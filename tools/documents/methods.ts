import { heldOutTable, methodTables, numbersOf } from './method-tables.ts';

/** One run as `bitlab export runs --shape wide --format json` writes it. */
export type ExportedRun = Readonly<Record<string, string | number | boolean | null>>;

/** What tools/held-out.ts measured for one network and compensation. */
export interface HeldOut {
  readonly model: string;
  readonly bits: number;
  readonly compensation: number;
  /** Signal to quantization noise of the logits, on the pictures that were fitted and on the others. */
  readonly fittedDb: number;
  readonly heldOutDb: number;
}

/** docs/quantization-methods.md: what each method buys on the sample networks, and how far the targets were met. */
export function methodsPage(runs: readonly ExportedRun[], heldOut: readonly HeldOut[]): string {
  const { float, cell, targets, order, missing } = numbersOf(runs);
  return `# Quantization methods: what each of them buys

Written by \`node tools/methods.ts\` from exported runs: every number of a table and every accuracy in the text, but for those that
are said to come from elsewhere, is a run's. Top-1 accuracy in per cent of the three sample networks (ResNet-18 trained with
cross-entropy, with label smoothing and with mean squared error; in float ${float.map((value) => value.toFixed(2)).join(', ')})
on all 2,000 test pictures, weights and activations at the same bit width, ranges and rounding from 512 calibration pictures,
simulated arithmetic with a float bias, seed 0. On 2,000 pictures, differences of one to two points between two rows may be chance; the
notebook's paired tests say when.

To repeat it, in a notebook that has the sample networks (\`npm start\` and \`npm run demo\` put them there):

\`\`\`
npm run bitlab -- experiment run resources/experiments/which-method.yaml
npm run bitlab -- export runs --experiment "What does each method buy?" --shape wide --format json --out methods.json
node tools/node24.mjs node tools/held-out.ts held-out.json
node tools/node24.mjs node tools/methods.ts held-out.json methods.json
\`\`\`

Runs are known by their configuration, so that those that are there are not computed again, and the experiment can be stopped and
resumed. ${missing === 0 ? 'All of its runs are in the tables.' : `Methods of which no run was computed at a width are left out there, and an en dash stands for a run that is missing: ${missing} runs in all, most of them AdaRound and searched ranges at 5 bits and more, where nearest rounding is within a point or two of float.`}

## The targets, and how far we got

Wanted: at most 2 points lost against float at 4 bits, and at most 5 at 3 bits, on every network, by the best method.

${targets}

The best of several rows is chosen by the very test pictures that it is reported on, which flatters it by a few tenths of a point. No
setting's default was chosen on test pictures: the one number that had to be chosen, GPTQ's compensation, comes from calibration
pictures that were held out (below).

## For comparison

PyTorch's and the prototypes' numbers were measured elsewhere, before this program; first and last layer at 8 bits unless PyTorch's; cross-entropy, label smoothing, mse:

| | 4 bits | 3 bits |
| --- | --- | --- |
| PyTorch's FakeQuantize (histogram, minmax weights per channel) | 84.8, 85.8, 68.7 | 37.7, 52.0, 10.7 |
| a prototype: mse ranges, nearest, minmax weights | 90.3, 90.6, 89.0 | 86.4, 86.1, 85.1 |
| a prototype: mse ranges, GPTQ | 91.0, 90.4, 89.2 | 87.4, 87.9, 86.6 |
| here: mse ranges, nearest, minmax weights | ${cell('mse', 4)} | ${cell('mse', 3)} |
| here: mse ranges, GPTQ | ${cell('gptq', 4)} | ${cell('gptq', 3)} |
| here: ranges by the output's error, GPTQ | ${cell('search-gptq', 4)} | ${cell('search-gptq', 3)} |

PyTorch's row has all layers alike. Its numbers are those of minimum and maximum here (${cell('minmax', 4, 'alike')} at 4 bits,
${cell('minmax', 3, 'alike')} at 3): the reference program's observer was not the histogram's, as test/data/golden-models/README.md explains.

${methodTables(runs)}

## The order of the methods

The literature's order is nearest, then equalization and bias correction, then GPTQ and AdaRound. Means over the three networks, first
and last layer at 8 bits, activations by least squared error throughout: top-1 accuracy in per cent and the logits' signal to quantization
noise in dB, both on the test pictures:

${order}

At 3 bits the order shows in both. At 4 bits it shows in the noise; the accuracies are within a point of one another, which is less than
2,000 pictures can tell apart, and GPTQ's mean is not above bias correction's. Equalization alone changes nothing at either.

## What the methods do here

- **The range of the activations decides below 5 bits.** With nearest rounding throughout, least squared error for the levels that there
  are (${cell('mse', 3)} at 3 bits) beats PyTorch's histogram that optimizes for 256 levels (${cell('torch', 3)}). On the network trained with
  mean squared error the histogram's search fails at 3 bits even with the right number of levels (${cell('histogram', 3)}): it stops at the
  first step that does not help.
- **Ranges by the output's error** (\`activations.observer: output-error\`, after LAPQ, Nahshan et al. 2021). The error of one tensor is not what
  counts: clipping the last blocks' large activations, which tell the classes apart, costs the output much more than their squared error
  says. The search goes over all ranges in turn, keeps what makes the squared error of the logits smaller on the calibration pictures, with
  weights in float, and widens the last blocks' ranges by up to 1.6 times. It takes 150 to 190 passes over the calibration pictures, up to a
  minute of processor time, once for each width.
- **Least squared error for the weights costs accuracy** at 3 bits (${cell('mse-weights', 3)}) against minimum and maximum for each channel (${cell('mse', 3)}):
  the large weights that it cuts off matter more than their number says.
- **Cross-layer equalization** buys nothing where each channel of the weights has its own scale (${cell('equalization', 3)} against ${cell('mse', 3)} at 3 bits): it was
  made for one scale for the whole tensor. The float network stays the same to more than 100 dB, which a test checks.
- **Bias correction** takes what the weights' rounding does to each channel's mean out of the bias (${cell('correction', 3)} against ${cell('mse', 3)}
  at 3 bits, ${cell('correction', 4)} against ${cell('mse', 4)} at 4). At 2 bits it matters most (${cell('correction', 2)} against ${cell('mse', 2)}).
- **GPTQ** makes up for each weight's rounding error with the weights that are left, and for half of the error that reaches the layer
  (${cell('gptq', 3)} against ${cell('mse', 3)} at 3 bits, ${cell('gptq', 2)} against ${cell('mse', 2)} at 2). Bias correction behind it changes little
  (${cell('gptq-correction', 3)} at 3 bits): its errors make up for one another already.
- **AdaRound** is as good as GPTQ or better (${cell('adaround', 4)} at 4 bits and ${cell('adaround', 3)} at 3), and takes four times as long.
- **Both together**, searched ranges and GPTQ, give ${cell('search-gptq', 4)} at 4 bits, ${cell('search-gptq', 3)} at 3 and ${cell('search-gptq', 2)} at 2.
- **The first and the last layer at 8 bits** (\`input\`, \`first\` and \`last\` in \`layers\`) bring 1 to 3 points at 3 bits with the best ranges.
- **2 bits** are shown for what they are: with nearest rounding everything is near chance, which is 10 %, or far from float. GPTQ brings two
  of the three networks to where they are of some use; the one trained with mean squared error stays near chance with every method.

## Which error bias correction is to take out

Bias correction means two things in the literature's programs. Nagel et al. (ICCV 2019, section 4.2) take out what the *weights'* errors
do: E[W~ x] - E[W x] for the same x, the mean input of the float network. This is what Bitlab does; AIMET likewise switches the activations'
quantizers off while it corrects. The other reading gives each channel of the quantized network, activations quantized, the mean of the float
network, layer after layer. Bitlab did that up to commit c361eee, and with nearest rounding at 3 bits it cost 85.2 to 64.3 % on the
network trained with mean squared error and 85.7 to 23.2 % on label smoothing (all numbers of this section were measured with that commit), although every channel's
mean came out right to a few thousandths and, with activations of 16 bits, every convolution's error fell by 2 dB.

The cause: quantization shrinks outputs towards zero, above all by clipping activations, and most outputs before a Relu are negative. So the
mean of a channel *rises*, and restoring it lowers all outputs of the channel alike, also the few that are above zero and carry what tells the
classes apart, which were shrunk already. In the last convolution of the network trained with mean squared error (averages over channels,
positions and samples) the mean goes from -0.27 in float to -0.23 with nearest rounding and is put back to -0.27; but the top tenth of the samples goes
from 0.16 to 0.09 and then to -0.07, below the Relu, and the pooled features nearly vanish: their top tenth is 0.26 in float, 0.15 with nearest
rounding and 0.03 with the means restored. The error is one of scale, and a constant makes it worse. What the weights alone do to the mean is much smaller
and not of this kind: taking it out leaves the accuracy or raises it.

## How much of the earlier layers' error a layer is to make up for

AdaRound and GPTQ here see each layer's inputs as they come through the quantized layers before. Aiming at the float network's outputs for these inputs
(asymmetric reconstruction, AdaRound's section 3.3) lets a layer make up for what was lost before it, but with GPTQ's freedom it fits the 512
pictures that were seen. \`weights.compensation\` goes from 0, the layer's own outputs for these inputs (GPTQ as published), to 1. It was chosen
by rounding on 384 calibration pictures and measuring the other 128: signal to quantization noise of the logits in dB, 3 bits, GPTQ,
fitted / held out:

${heldOutTable(heldOut)}

The whole way (1) fits best and is not best for pictures it did not see; 0.5 is the default for both methods.

## What was tried and did not help

- Other ranges for the 3-bit activations of the network trained with mean squared error, measured with earlier versions: the entropy observer
  (85.3 % with 16-bit weights, where least squared error has 87.9), percentile 99.9 (72.4 % with 3-bit weights) and automatic storage (no difference).
- The search for ranges alone: the logits' signal to noise rises by 2 dB on the calibration pictures, but with nearest rounding the accuracy gains
  little; only together with GPTQ does it pay.
- Not tried: reconstruction of whole blocks (BRECQ, QDrop), which needs gradients through several layers.

## How long rounding takes

\`npm run bench\` measures GPTQ and AdaRound on a sample network with 512 calibration pictures. On the machine on which this page was made (two
cores, shared with other work) GPTQ took 13 seconds of processor time, AdaRound with 1,000 steps for each layer 50, and the search for ranges
up to 60. What has reached a layer is kept, so that a method needs one pass through the network, not one for each layer. GPTQ looks at all
calibration pictures until 131,072 columns of a layer's inputs were seen, and AdaRound works on the same sums, so that its steps do not touch pictures
at all. Nothing in them is random; one thread and two give the same codes, which a test checks.
`;
}
