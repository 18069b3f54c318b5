import { z } from 'zod';

/** A bit width: a whole number from 2 to 16. */
export const BitWidth = z.int().min(2).max(16);

export const Arithmetic = z.enum(['float', 'simulated', 'integer']);
export const Scheme = z.enum(['symmetric', 'affine']);
export const Storage = z.enum(['signed', 'unsigned']);
export const Granularity = z.enum(['tensor', 'channel']);
/** How a range is found. `histogram` is PyTorch's L2 search, `mse` minimizes the error of fake quantization. */
export const RangeMethod = z.enum(['minmax', 'moving-average', 'histogram', 'mse']);
/** Which PyTorch the histogram observer follows: 1.13.1 to the bit, or the one since mid-2024. */
export const Dialect = z.enum(['torch', 'torch-1.13']);

export const WeightSettings = z.strictObject({
  bits: BitWidth.default(8),
  scheme: Scheme.default('symmetric'),
  storage: Storage.default('signed'),
  granularity: Granularity.default('channel'),
  grid: z.enum(['uniform']).default('uniform'),
  range: RangeMethod.default('minmax'),
  rounding: z.enum(['nearest']).default('nearest'),
  narrow: z.boolean().default(false),
  reduceRange: z.boolean().default(false),
  powerOfTwoScale: z.literal(false).default(false)
});

export const ActivationSettings = z.strictObject({
  bits: BitWidth.default(8),
  scheme: Scheme.default('affine'),
  storage: Storage.default('unsigned'),
  granularity: z.enum(['tensor']).default('tensor'),
  observer: RangeMethod.default('histogram'),
  /** How many levels the histogram's search assumes: `auto` is 2^bits, PyTorch's own is 256. */
  destinationLevels: z.union([z.literal('auto'), z.int().min(2).max(65536)]).default('auto'),
  dialect: Dialect.default('torch'),
  reduceRange: z.boolean().default(false)
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

export const AccumulatorSettings = z.strictObject({
  bits: z.literal(32).default(32),
  overflow: z.enum(['wrap']).default('wrap'),
  check: z.enum(['each-addition']).default('each-addition')
});

/**
 * Everything that can change a result, but for the model, the data and the number of samples.
 * The names are part of the file format. Settings whose list of values is short today get more values, not other names.
 */
export const Configuration = z.strictObject({
  arithmetic: Arithmetic.default('integer'),
  prepare: z.array(z.enum(['fold-batch-norm'])).default(['fold-batch-norm']),
  weights: WeightSettings.prefault({}),
  activations: ActivationSettings.prefault({}),
  /** `float` keeps the bias; `int32` rounds it to a multiple of activation scale times weight scale. */
  bias: z.enum(['float', 'int32']).default('int32'),
  /** Whether the network's output is quantized too, as in PyTorch's FX mode. */
  quantizeOutput: z.boolean().default(false),
  accumulator: AccumulatorSettings.prefault({}),
  requantization: z.enum(['onnx']).default('onnx'),
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
 * in float arithmetic nothing about quantizers matters, nor does the seed.
 */
export function normalized(configuration: Configuration): Configuration {
  if (configuration.arithmetic !== 'float') return configuration;
  return { ...defaultConfiguration, arithmetic: 'float', prepare: configuration.prepare };
}
