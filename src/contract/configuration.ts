import { z } from 'zod';

/** A bit width: a whole number from 2 to 16. */
export const BitWidth = z.int().min(2).max(16);

export const Arithmetic = z.enum(['float', 'simulated', 'integer']);
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
/** The share of values that a percentile keeps on each side, in per cent. */
export const Percentile = z.number().gt(50).max(100);
/**
 * Which PyTorch is followed: the histogram observer of 1.13.1 to the bit, the one since mid-2024, or `fused`, the scale and zero
 * point of its FusedMovingAvgObsFakeQuantize.
 */
export const Dialect = z.enum(['torch', 'torch-1.13', 'fused']);
/** What is done to the network: before its ranges are found, or behind the rounding of its weights (bias correction). */
export const Preparation = z.enum(['fold-batch-norm', 'cross-layer-equalization', 'bias-correction']);

export const WeightSettings = z.strictObject({
  bits: BitWidth.default(8),
  scheme: Scheme.default('symmetric'),
  storage: Storage.default('signed'),
  granularity: Granularity.default('channel'),
  /** Input channels of a group; for granularity `group`. */
  groupSize: z.int().min(16).max(256).optional(),
  grid: Grid.default('uniform'),
  /** The levels of a codebook at scale 1; for grid `codebook`. */
  levels: z.array(z.number()).optional(),
  /** For grid `float`; its width takes the place of `bits`. */
  floatFormat: FloatFormat.optional(),
  range: RangeMethod.default('minmax'),
  /** For range `percentile`; 99.99 where it is left out. */
  percentile: Percentile.optional(),
  rounding: Rounding.default('nearest'),
  /** For rounding `adaround`; 1,000 where it is left out. */
  iterations: z.int().min(1).max(100_000).optional(),
  /** For rounding `gptq`: whether the inputs with the largest Hessian come first; yes where it is left out. */
  actOrder: z.boolean().optional(),
  narrow: z.boolean().default(false),
  reduceRange: z.boolean().default(false),
  powerOfTwoScale: z.boolean().default(false)
});

export const ActivationSettings = z.strictObject({
  bits: BitWidth.default(8),
  scheme: Scheme.default('affine'),
  /** `auto`: unsigned from zero where no negative value was observed, else signed. */
  storage: z.enum(['signed', 'unsigned', 'auto']).default('unsigned'),
  granularity: z.enum(['tensor']).default('tensor'),
  observer: RangeMethod.default('histogram'),
  /** For observer `percentile`; 99.99 where it is left out. */
  percentile: Percentile.optional(),
  /** How many levels the histogram's search assumes: `auto` is 2^bits, PyTorch's own is 256. */
  destinationLevels: z.union([z.literal('auto'), z.int().min(2).max(65536)]).default('auto'),
  dialect: Dialect.default('torch'),
  reduceRange: z.boolean().default(false),
  powerOfTwoScale: z.boolean().default(false)
});

/** The same fields, of which any may be left out: without their defaults, which zod fills in even where a field is optional. */
function changesOf<Shape extends z.ZodRawShape>(settings: z.ZodObject<Shape, z.core.$strict>) {
  const fields = Object.entries(settings.shape).map(
    ([name, field]) => [name, field instanceof z.ZodDefault ? field.unwrap() : field] as const
  );
  const bare = z.strictObject(Object.fromEntries(fields)) as unknown as typeof settings;
  return bare.partial();
}

/** What one layer, position (`first`, `last`) or pattern changes; what it does not name stays as it is for the others. */
export const LayerOverride = z.strictObject({
  weights: changesOf(WeightSettings).optional(),
  activations: changesOf(ActivationSettings).optional()
});

/** The register in which the products of a layer are added up. */
export const AccumulatorSettings = z.strictObject({
  bits: z.int().min(8).max(32).default(32),
  /** What becomes of a sum that does not fit: it wraps as two's complement does, or stays at the limit. */
  overflow: z.enum(['wrap', 'saturate']).default('wrap'),
  /** `per-tile`: the products of a tile are added exactly, and the register takes the sums of tiles. */
  check: z.enum(['each-addition', 'per-tile']).default('each-addition'),
  /** Products in a tile. */
  tile: z.int().min(1).max(65536).default(64),
  /** `avx2-pairs`: the products of neighbours saturate at 16 bits when they are added, as in pmaddubsw. */
  products: z.enum(['exact', 'avx2-pairs']).default('exact')
});

/** A bias of so many bits with a scale of its own. */
export const IntegerBias = z.strictObject({ bits: z.int().min(2).max(32) });

/**
 * Everything that can change a result, but for the model, the data and the number of samples.
 * The names are part of the file format. Settings whose list of values is short today get more values, not other names.
 */
export const Configuration = z.strictObject({
  arithmetic: Arithmetic.default('integer'),
  prepare: z.array(Preparation).default(['fold-batch-norm']),
  weights: WeightSettings.prefault({}),
  activations: ActivationSettings.prefault({}),
  /** `float` keeps the bias; `int32` rounds it to a multiple of activation scale times weight scale; or in so many bits. */
  bias: z.union([z.enum(['float', 'int32']), IntegerBias]).default('int32'),
  /** Whether the network's output is quantized too, as in PyTorch's FX mode. */
  quantizeOutput: z.boolean().default(false),
  accumulator: AccumulatorSettings.prefault({}),
  /** How sums become codes: a float factor as in ONNX Runtime or QNNPACK, or gemmlowp's fixed-point one. */
  requantization: z.enum(['onnx', 'qnnpack', 'gemmlowp']).default('onnx'),
  layers: z.record(z.string().min(1), LayerOverride).default({}),
  accelerator: z.null().default(null),
  seed: z.int().min(0).max(0xffffffff).default(0)
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
 * and without tiles their size does not matter.
 */
export function normalized(configuration: Configuration): Configuration {
  if (configuration.arithmetic === 'float') {
    return { ...defaultConfiguration, arithmetic: 'float' };
  }
  if (configuration.arithmetic === 'simulated') {
    const { accumulator, requantization } = defaultConfiguration;
    return { ...configuration, accumulator, requantization };
  }
  const { accumulator } = configuration;
  if (accumulator.check === 'per-tile') return configuration;
  return { ...configuration, accumulator: { ...accumulator, tile: defaultConfiguration.accumulator.tile } };
}
