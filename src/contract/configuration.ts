import { z } from 'zod';
import { AcceleratorSettings, idealAccelerator } from './accelerator.ts';
import { resolvedLink } from './light-link.ts';

/** A bit width: a whole number from 2 to 16. */
export const BitWidth = z.int().min(2).max(16);

export const Arithmetic = z.enum(['float', 'simulated', 'integer', 'accelerator']);
export const Scheme = z.enum(['symmetric', 'affine']);
export const Storage = z.enum(['signed', 'unsigned']);
/** What shares a scale: all weights of a layer, those of an output channel, or `groupSize` neighbouring input channels of one. */
export const Granularity = z.enum(['tensor', 'channel', 'group']);
/** Which values weights can take: whole multiples of the scale, or levels that are not evenly spaced. */
export const Grid = z.enum(['uniform', 'powers-of-two', 'apot', 'codebook', 'float']);
/** Minifloats by their exponent and mantissa bits, after the OCP's definitions. */
export const FloatFormat = z.enum(['e4m3', 'e5m2', 'e3m2', 'e2m3', 'e2m1', 'e2m0']);
/** How weights go to one of their levels: to the nearest, or so that the layer's output changes least. */
export const Rounding = z.enum(['nearest', 'adaround', 'gptq']);
/** How a range is found. `histogram` is PyTorch's L2 search, `mse` minimizes the error of fake quantization. */
export const RangeMethod = z.enum(['minmax', 'moving-average', 'histogram', 'percentile', 'mse', 'entropy']);
/** How the range of activations is found: `output-error` minimizes what all ranges together do to the network's output. */
export const ActivationObserver = z.enum([...RangeMethod.options, 'output-error']);
/** The power of the error that `mse` minimizes. */
const Exponent = z.number().min(1).max(8);
/** The share of values that a percentile keeps on each side, in per cent. */
export const Percentile = z.number().gt(50).max(100);
/**
 * Which PyTorch is followed: the histogram observer of 1.13.1 to the bit, the one since mid-2024, or `fused`, the scale and zero
 * point of its FusedMovingAvgObsFakeQuantize.
 */
export const Dialect = z.enum(['torch', 'torch-1.13', 'fused']);
/** What is done to the network: before its ranges are found, or behind the rounding of its weights (bias correction). */
export const Preparation = z.enum(['fold-batch-norm', 'cross-layer-equalization', 'bias-correction']);

/*
 * `describe` says in a sentence or two what a setting is: the design screen shows it and docs/experiment-file.md is made from it.
 */
export const WeightSettings = z.strictObject({
  bits: BitWidth.default(8).describe('Bits of a weight.'),
  scheme: Scheme.default('symmetric').describe(
    'Where zero lies: in the middle of the codes with `symmetric`, where the range has it with `affine`.'
  ),
  storage: Storage.default('signed').describe(
    'Codes from -2^(bits-1) to 2^(bits-1) - 1, or from 0 to 2^bits - 1.'
  ),
  granularity: Granularity.default('channel').describe(
    'What shares a scale: all weights of a layer, those of an output channel, or `groupSize` neighbouring input channels of one.'
  ),
  groupSize: z
    .int()
    .min(16)
    .max(256)
    .optional()
    .describe(
      'Input channels of a group, with granularity `group`; must divide those of the layer. 64 where it is left out.'
    ),
  grid: Grid.default('uniform').describe(
    'Which values weights can take: whole multiples of the scale, powers of two, sums of powers of two, levels of your own, or minifloats.'
  ),
  levels: z
    .array(z.number())
    .optional()
    .describe(
      'The levels of a codebook at scale 1, with grid `codebook`: a list, or in an experiment file `{file: NAME.csv}`, whose numbers take its place.'
    ),
  floatFormat: FloatFormat.optional().describe(
    'Exponent and mantissa bits of a minifloat; its width takes the place of `bits`. With grid `float`; e4m3 where it is left out.'
  ),
  range: RangeMethod.default('minmax').describe(
    "How the range is found: minimum and maximum, their moving average, PyTorch's histogram search, a percentile, or the least mean squared error or relative entropy."
  ),
  percentile: Percentile.optional().describe(
    'The share of values that is kept on each side, in per cent, with range `percentile`; 99.99 where it is left out.'
  ),
  exponent: Exponent.optional().describe(
    'The power of the error that range `mse` minimizes; 2 where it is left out.'
  ),
  destinationLevels: z
    .int()
    .min(2)
    .max(65536)
    .optional()
    .describe(
      "How many levels the histogram's search assumes; 2^bits where it is left out, PyTorch's own is 256."
    ),
  rounding: Rounding.default('nearest').describe(
    "How a weight goes to one of its levels: to the nearest (ties to even), or by AdaRound or GPTQ so that the layer's output changes least."
  ),
  iterations: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Steps of AdaRound for each layer, with rounding `adaround`; 1,000 where it is left out.'),
  compensation: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'How much of the error that reaches a layer its rounding makes up for, with AdaRound and GPTQ: 0 aims at what its own weights make of the inputs from quantized layers, 1 at the output of the float network; 0.5 where it is left out.'
    ),
  actOrder: z
    .boolean()
    .optional()
    .describe(
      'Whether GPTQ begins with the inputs of the largest Hessian, with rounding `gptq`; yes where it is left out.'
    ),
  narrow: z
    .boolean()
    .default(false)
    .describe('Leaves the lowest code out, so that signed codes are as many below zero as above.'),
  reduceRange: z
    .boolean()
    .default(false)
    .describe('One bit less, as PyTorch does for kernels whose sums of products would overflow.'),
  powerOfTwoScale: z
    .boolean()
    .default(false)
    .describe('Rounds the scale up to a power of two, so that hardware shifts instead of multiplying.')
});

export const ActivationSettings = z.strictObject({
  bits: BitWidth.default(8).describe('Bits of an activation.'),
  scheme: Scheme.default('affine').describe(
    'Where zero lies: where the range has it with `affine`, in the middle of the codes with `symmetric`.'
  ),
  storage: z
    .enum(['signed', 'unsigned', 'auto'])
    .default('unsigned')
    .describe(
      'Signed or unsigned codes; `auto` is unsigned where no negative value was observed, else signed.'
    ),
  granularity: z
    .enum(['tensor'])
    .default('tensor')
    .describe('All values of a tensor share a scale; hardware cannot sum over channels otherwise.'),
  grid: Grid.optional().describe(
    'Which values activations can take, as with weights; in arithmetic `simulated`, with scheme `symmetric` and storage `auto` or `signed`. `uniform` where it is left out.'
  ),
  levels: z
    .array(z.number())
    .optional()
    .describe(
      'The levels of a codebook at scale 1, with grid `codebook`: a list, or in an experiment file `{file: NAME.csv}`, whose numbers take its place.'
    ),
  floatFormat: FloatFormat.optional().describe(
    'Exponent and mantissa bits of a minifloat; its width takes the place of `bits`. With grid `float`; e4m3 where it is left out.'
  ),
  observer: ActivationObserver.default('histogram').describe(
    "How the range is found on the calibration samples: minimum and maximum, their moving average, PyTorch's histogram search, a percentile, the least mean squared error or relative entropy, or, with `output-error`, the least squared error of the network's output."
  ),
  percentile: Percentile.optional().describe(
    'The share of values that is kept on each side, in per cent, with observer `percentile`; 99.99 where it is left out.'
  ),
  exponent: Exponent.optional().describe(
    'The power of the error that observer `mse` minimizes; 2 where it is left out.'
  ),
  destinationLevels: z
    .union([z.literal('auto'), z.int().min(2).max(65536)])
    .default('auto')
    .describe("How many levels the histogram's search assumes: `auto` is 2^bits; PyTorch always takes 256."),
  dialect: Dialect.default('torch').describe(
    'Which PyTorch is followed: its histogram observer since mid-2024, that of 1.13.1 to the bit, or `fused`, the scale and zero point of FusedMovingAvgObsFakeQuantize.'
  ),
  reduceRange: z
    .boolean()
    .default(false)
    .describe('One bit less, as PyTorch does for kernels whose sums of products would overflow.'),
  powerOfTwoScale: z
    .boolean()
    .default(false)
    .describe('Rounds the scale up to a power of two, so that hardware shifts instead of multiplying.')
});

/** The same fields, of which any may be left out: without their defaults, which zod fills in even where a field is optional. */
function changesOf<Shape extends z.ZodRawShape>(settings: z.ZodObject<Shape, z.core.$strict>) {
  const fields = Object.entries(settings.shape).map(
    ([name, field]) => [name, field instanceof z.ZodDefault ? field.unwrap() : field] as const
  );
  const bare = z.strictObject(Object.fromEntries(fields)) as unknown as typeof settings;
  return bare.partial();
}

/** What one layer, position (`first` and `last` layer, the network's `input`) or pattern changes; what it does not name stays as it is for the others. */
export const LayerOverride = z.strictObject({
  weights: changesOf(WeightSettings).optional(),
  activations: changesOf(ActivationSettings).optional()
});

/** The register in which the products of a layer are added up. */
export const AccumulatorSettings = z.strictObject({
  bits: z.int().min(8).max(32).default(32).describe('Bits of the register, in arithmetic `integer`.'),
  overflow: z
    .enum(['wrap', 'saturate'])
    .default('wrap')
    .describe(
      "What becomes of a sum that does not fit: it wraps as two's complement does, or stays at the limit."
    ),
  check: z
    .enum(['each-addition', 'per-tile'])
    .default('each-addition')
    .describe(
      'When a sum must fit: after each addition, or, with `per-tile`, where the exact sum of a tile of products is added.'
    ),
  tile: z.int().min(1).max(65536).default(64).describe('Products in a tile, with check `per-tile`.'),
  products: z
    .enum(['exact', 'avx2-pairs'])
    .default('exact')
    .describe(
      'Exact products, or `avx2-pairs`: two neighbours saturate at 16 bits when they are added, as in pmaddubsw.'
    )
});

/** A bias of so many bits with a scale of its own. */
export const IntegerBias = z.strictObject({
  bits: z.int().min(2).max(32).describe('Bits of a bias with a scale of its own.')
});

/**
 * Everything that can change a result, but for the model, the data and the number of samples.
 * The names are part of the file format. Settings whose list of values is short today get more values, not other names.
 */
export const Configuration = z.strictObject({
  arithmetic: Arithmetic.default('integer').describe(
    "How layers are computed: `float` as trained, `simulated` with PyTorch's fake quantization in float32, `integer` with codes and exact integer sums, `accelerator` with codes on hardware whose sums carry errors."
  ),
  prepare: z
    .array(Preparation)
    .default(['fold-batch-norm'])
    .describe(
      'What is done to the network: batch norms folded into the convolutions before them, ranges equalized across layers, and what the rounding of weights does to the mean of each output taken out of its bias.'
    ),
  weights: WeightSettings.prefault({}).describe('How weights are quantized.'),
  activations: ActivationSettings.prefault({}).describe('How activations are quantized.'),
  bias: z
    .union([z.enum(['float', 'int32']), IntegerBias])
    .default('int32')
    .describe(
      '`float` keeps the bias; `int32` rounds it to a multiple of activation scale times weight scale; `{bits: n}` gives it so many bits and a scale of its own.'
    ),
  quantizeOutput: z
    .boolean()
    .default(false)
    .describe("Whether the network's output is quantized too, as in PyTorch's FX mode."),
  accumulator: AccumulatorSettings.prefault({}).describe('The register in which products are added up.'),
  requantization: z
    .enum(['onnx', 'qnnpack', 'gemmlowp'])
    .default('onnx')
    .describe(
      "How sums become codes: by a float factor as in ONNX Runtime or QNNPACK, or by gemmlowp's fixed-point one."
    ),
  layers: z
    .record(z.string().min(1), LayerOverride)
    .default({})
    .describe('What single layers do otherwise, by position, name or pattern; see below.'),
  accelerator: AcceleratorSettings.nullable()
    .default(null)
    .describe('The hardware, in arithmetic `accelerator`; ideal hardware where it is null there.'),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .default(0)
    .describe('Of everything random. In an experiment file, list seeds under `seeds` instead.')
});

export type Configuration = z.infer<typeof Configuration>;
export type WeightSettings = z.infer<typeof WeightSettings>;
export type ActivationSettings = z.infer<typeof ActivationSettings>;
export type LayerOverride = z.infer<typeof LayerOverride>;
export type Arithmetic = z.infer<typeof Arithmetic>;

/** The configuration with every default. */
export const defaultConfiguration: Configuration = Configuration.parse({});

/**
 * The same configuration with what cannot matter set to its default, so that equal computations have equal hashes:
 * in float arithmetic nothing about quantizers matters, nor does the seed; in simulated arithmetic there are no accumulators,
 * and without tiles their size does not matter. The uniform grid of activations is left out, as before there were others.
 */
export function normalized(configuration: Configuration): Configuration {
  const { arithmetic, accelerator: given } = configuration;
  const accelerator = arithmetic === 'accelerator' ? settled(given ?? idealAccelerator) : null;
  return withoutWhatCannotMatter({ ...configuration, accelerator });
}

/** Hardware whose link says all of itself, so that equal links have equal hashes. */
function settled(accelerator: AcceleratorSettings): AcceleratorSettings {
  return accelerator.link === null ? accelerator : { ...accelerator, link: resolvedLink(accelerator.link) };
}

function withoutWhatCannotMatter(configuration: Configuration): Configuration {
  if (configuration.arithmetic === 'float') {
    return { ...defaultConfiguration, arithmetic: 'float' };
  }
  const plain = { ...configuration, activations: withoutUsualGrid(configuration.activations) };
  if (plain.arithmetic === 'simulated') {
    const { accumulator, requantization } = defaultConfiguration;
    return { ...plain, accumulator, requantization };
  }
  const { accumulator } = plain;
  if (accumulator.check === 'per-tile') return plain;
  return { ...plain, accumulator: { ...accumulator, tile: defaultConfiguration.accumulator.tile } };
}

/** Evenly spaced levels are what is meant where nothing is said. */
function withoutUsualGrid(activations: ActivationSettings): ActivationSettings {
  if (activations.grid !== 'uniform') return activations;
  const { grid: _usual, ...others } = activations;
  return others;
}
