import { z } from 'zod';
import { AcceleratorSettings, idealAccelerator } from './accelerator.ts';
import { resolvedLink } from './light-link.ts';
import type { SettingNotes } from './setting-notes.ts';

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
 * `describe` says what a setting is, and for methods where they come from; `meta` says what SettingNotes lists. The design screen
 * shows both, and docs/experiment-file.md is made from them.
 */
export const WeightSettings = z.strictObject({
  bits: BitWidth.default(8)
    .describe('Bits of a weight.')
    .meta({ unit: 'bits' } satisfies SettingNotes),
  scheme: Scheme.default('symmetric').describe(
    'Where zero lies: in the middle of the codes with `symmetric`; with `affine` a zero point makes use of the whole range (Jacob et al., CVPR 2018).'
  ),
  storage: Storage.default('signed').describe(
    'Codes from -2^(bits-1) to 2^(bits-1) - 1, or from 0 to 2^bits - 1.'
  ),
  granularity: Granularity.default('channel').describe(
    'What shares a scale. `channel`: the weights of an output channel (Krishnamoorthi, 2018). `tensor`: all of a layer (Jacob et al., CVPR 2018). `group`: `groupSize` neighbouring input channels of an output channel (Shen et al., Q-BERT, AAAI 2020); groups need arithmetic `simulated` and a float bias.'
  ),
  groupSize: z
    .int()
    .min(16)
    .max(256)
    .optional()
    .describe('Input channels of a group; must divide those of every layer, or layers get an override.')
    .meta({ usual: 64, only: { path: 'weights.granularity', values: ['group'] } } satisfies SettingNotes),
  grid: Grid.default('uniform').describe(
    'Which values weights can take. `uniform`: whole multiples of the scale. `powers-of-two`: 0 and ±2^-k, so that products are shifts (Miyashita et al., 2016). `apot`: sums of powers of two (Li et al., ICLR 2020). `float`: minifloats (OCP 8-bit Floating Point 1.0 and Microscaling Formats 1.0, 2023). `codebook`: levels of your own (Han et al., Deep Compression, ICLR 2016). All but `uniform` need arithmetic `simulated` and a float bias.'
  ),
  levels: z
    .array(z.number())
    .optional()
    .describe(
      'The levels of a codebook at scale 1: a list, or in an experiment file `{file: NAME.csv}`, whose numbers take its place.'
    )
    .meta({ only: { path: 'weights.grid', values: ['codebook'] } } satisfies SettingNotes),
  floatFormat: FloatFormat.optional()
    .describe(
      'Exponent and mantissa bits of a minifloat, beside its sign; its width takes the place of `bits`.'
    )
    .meta({ usual: 'e4m3', only: { path: 'weights.grid', values: ['float'] } } satisfies SettingNotes),
  range: RangeMethod.default('minmax').describe(
    "How the range is found. `minmax` keeps every value; `moving-average` is the same for weights, which are seen once; `percentile` keeps all but a share (Wu et al., 2020); `histogram` is PyTorch's L2 search (HistogramObserver, 2019); `mse` minimizes the squared error (Li et al., BRECQ, ICLR 2021); `entropy` loses the least information (Migacz, GTC 2017)."
  ),
  percentile: Percentile.optional()
    .describe('The share of values that is kept on each side.')
    .meta({
      unit: '%',
      usual: 99.99,
      only: { path: 'weights.range', values: ['percentile'] }
    } satisfies SettingNotes),
  exponent: Exponent.optional()
    .describe(
      'The power of the error that `mse` minimizes: larger ones cut off less (2.4 in the code of Li et al., BRECQ, ICLR 2021, and Frantar and Alistarh, OBC, NeurIPS 2022).'
    )
    .meta({ usual: 2, only: { path: 'weights.range', values: ['mse'] } } satisfies SettingNotes),
  destinationLevels: z
    .int()
    .min(2)
    .max(65536)
    .optional()
    .describe(
      "How many levels the histogram's search assumes; 2^bits where it is left out, PyTorch's own is 256."
    )
    .meta({ only: { path: 'weights.range', values: ['histogram'] } } satisfies SettingNotes),
  rounding: Rounding.default('nearest').describe(
    "How a weight goes to one of its levels. `nearest`: to the nearest, ties to even. `adaround`: learns up or down for each weight so that the layer's output changes least (Nagel et al., ICML 2020). `gptq`: rounds input after input and makes up for each error with the weights that are left (Frantar et al., ICLR 2023)."
  ),
  iterations: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Steps of AdaRound for each layer.')
    .meta({ usual: 1000, only: { path: 'weights.rounding', values: ['adaround'] } } satisfies SettingNotes),
  compensation: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      "How much of the error that reaches a layer its rounding makes up for: 1 aims at the output of the float network (Nagel et al., ICML 2020, asymmetric reconstruction), 0 at what the layer's own weights make of the inputs from quantized layers (Frantar et al., ICLR 2023). With few calibration samples the whole way fits those samples alone."
    )
    .meta({
      usual: 0.5,
      only: { path: 'weights.rounding', values: ['adaround', 'gptq'] }
    } satisfies SettingNotes),
  actOrder: z
    .boolean()
    .optional()
    .describe(
      "Whether GPTQ begins with the inputs of the largest Hessian (act-order in the authors' program; an order was first chosen by Frantar, Singh and Alistarh, OBC, NeurIPS 2022)."
    )
    .meta({ usual: true, only: { path: 'weights.rounding', values: ['gptq'] } } satisfies SettingNotes),
  narrow: z
    .boolean()
    .default(false)
    .describe(
      'Leaves the lowest code out, so that signed codes are as many below zero as above: -127 to 127 at 8 bits (Jacob et al., CVPR 2018).'
    ),
  reduceRange: z
    .boolean()
    .default(false)
    .describe('One bit less, as PyTorch does for kernels whose sums of products would overflow.'),
  powerOfTwoScale: z
    .boolean()
    .default(false)
    .describe(
      'Rounds the scale up to a power of two, so that hardware shifts instead of multiplying (Jain et al., TQT, MLSys 2020).'
    )
});

export const ActivationSettings = z.strictObject({
  bits: BitWidth.default(8)
    .describe('Bits of an activation.')
    .meta({ unit: 'bits' } satisfies SettingNotes),
  scheme: Scheme.default('affine').describe(
    'Where zero lies: with `affine` a zero point makes use of the whole range, with `symmetric` it is in the middle of the codes.'
  ),
  storage: z
    .enum(['signed', 'unsigned', 'auto'])
    .default('unsigned')
    .describe(
      'Signed or unsigned codes; `auto` is unsigned behind a Relu and wherever no negative value was observed, else signed.'
    ),
  granularity: z
    .enum(['tensor'])
    .default('tensor')
    .describe('All values of a tensor share a scale; hardware cannot sum over channels otherwise.'),
  grid: Grid.optional()
    .describe(
      'Which values activations can take. `uniform`: whole multiples of the scale. `powers-of-two` (Miyashita et al., 2016), `apot`, their sums (Li et al., ICLR 2020), `float`, minifloats (OCP Microscaling Formats 1.0, 2023), and `codebook`, levels of your own, are as with weights; they need arithmetic `simulated`, a float bias, scheme `symmetric`, storage `auto` or `signed`, and the observer `mse`, `minmax`, `moving-average` or `percentile`.'
    )
    .meta({ usual: 'uniform' } satisfies SettingNotes),
  levels: z
    .array(z.number())
    .optional()
    .describe(
      'The levels of a codebook at scale 1: a list, or in an experiment file `{file: NAME.csv}`, whose numbers take its place.'
    )
    .meta({ only: { path: 'activations.grid', values: ['codebook'] } } satisfies SettingNotes),
  floatFormat: FloatFormat.optional()
    .describe(
      'Exponent and mantissa bits of a minifloat, beside its sign; its width takes the place of `bits`.'
    )
    .meta({ usual: 'e4m3', only: { path: 'activations.grid', values: ['float'] } } satisfies SettingNotes),
  observer: ActivationObserver.default('histogram').describe(
    "How the range is found on the calibration samples. `histogram` is PyTorch's L2 search (HistogramObserver, 2019); `minmax` keeps every value; `moving-average` follows the batches (Jacob et al., CVPR 2018); `percentile` keeps all but a share (Wu et al., 2020); `mse` minimizes the squared error (Li et al., BRECQ, ICLR 2021); `entropy` loses the least information (Migacz, GTC 2017); `output-error` makes small what all ranges together do to the network's output, which takes a minute (after Nahshan et al., LAPQ, Machine Learning 2021)."
  ),
  percentile: Percentile.optional()
    .describe('The share of values that is kept on each side.')
    .meta({
      unit: '%',
      usual: 99.99,
      only: { path: 'activations.observer', values: ['percentile'] }
    } satisfies SettingNotes),
  exponent: Exponent.optional()
    .describe(
      'The power of the error that `mse` minimizes: larger ones cut off less (2.4 in the code of Li et al., BRECQ, ICLR 2021).'
    )
    .meta({
      usual: 2,
      only: { path: 'activations.observer', values: ['mse', 'output-error'] }
    } satisfies SettingNotes),
  destinationLevels: z
    .union([z.literal('auto'), z.int().min(2).max(65536)])
    .default('auto')
    .describe(
      "How many levels the histogram's search assumes: `auto` is 2^bits; PyTorch always takes 256, which costs accuracy below 8 bits."
    )
    .meta({ only: { path: 'activations.observer', values: ['histogram'] } } satisfies SettingNotes),
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
    .describe(
      'Rounds the scale up to a power of two, so that hardware shifts instead of multiplying (Jain et al., TQT, MLSys 2020).'
    )
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
  bits: z
    .int()
    .min(8)
    .max(32)
    .default(32)
    .describe('Bits of the register.')
    .meta({ unit: 'bits' } satisfies SettingNotes),
  overflow: z
    .enum(['wrap', 'saturate'])
    .default('wrap')
    .describe(
      "What becomes of a sum that does not fit: with `wrap` it wraps as two's complement does (Ni et al., WrapNet, ICLR 2021), with `saturate` it stays at the limit."
    ),
  check: z
    .enum(['each-addition', 'per-tile'])
    .default('each-addition')
    .describe(
      'When a sum must fit: after each addition, or, with `per-tile`, where the exact sum of a tile of products is added.'
    ),
  tile: z
    .int()
    .min(1)
    .max(65536)
    .default(64)
    .describe('Products in a tile.')
    .meta({ only: { path: 'accumulator.check', values: ['per-tile'] } } satisfies SettingNotes),
  products: z
    .enum(['exact', 'avx2-pairs'])
    .default('exact')
    .describe(
      'Exact products, or `avx2-pairs`: two neighbours saturate at 16 bits when they are added, as in pmaddubsw on x86 processors without VNNI.'
    )
});

/** A bias of so many bits with a scale of its own. */
export const IntegerBias = z.strictObject({
  bits: z.int().min(2).max(32).describe('Bits of a bias with a scale of its own.')
});

/** Float arithmetic has no quantizers. */
const quantizedOnly: SettingNotes = {
  only: { path: 'arithmetic', values: ['simulated', 'integer', 'accelerator'] }
};

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
      'What is done to the network. `fold-batch-norm`: batch norms go into the convolutions before them. `cross-layer-equalization`: before calibration, rescales channels between neighbouring layers so that their weights have equal ranges; the float network stays the same (Nagel et al., ICCV 2019). `bias-correction`: after rounding, takes what the rounding errors of weights do to the mean of each output channel out of its bias (Nagel et al., ICCV 2019, with mean inputs from the calibration samples).'
    ),
  weights: WeightSettings.prefault({})
    .describe('How weights are quantized.')
    .meta({ ...quantizedOnly }),
  activations: ActivationSettings.prefault({})
    .describe('How activations are quantized.')
    .meta({ ...quantizedOnly }),
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
  accumulator: AccumulatorSettings.prefault({})
    .describe('The register in which products are added up.')
    .meta({ only: { path: 'arithmetic', values: ['integer'] } } satisfies SettingNotes),
  requantization: z
    .enum(['onnx', 'qnnpack', 'gemmlowp'])
    .default('onnx')
    .describe(
      'How sums become codes. `onnx`: a float factor, rounding to even, then the zero point (ONNX QLinearConv, 2019). `qnnpack`: the same with the bias among the integers (Dukhan et al., QNNPACK, 2018). `gemmlowp`: a fixed-point factor and a shift (Jacob et al., CVPR 2018).'
    )
    .meta({ only: { path: 'arithmetic', values: ['integer', 'accelerator'] } } satisfies SettingNotes),
  layers: z
    .record(z.string().min(1), LayerOverride)
    .default({})
    .describe('What single layers do otherwise, by position, name or pattern; see below.'),
  accelerator: AcceleratorSettings.nullable()
    .default(null)
    .describe('The hardware; ideal hardware where it is null.')
    .meta({ only: { path: 'arithmetic', values: ['accelerator'] } } satisfies SettingNotes),
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
