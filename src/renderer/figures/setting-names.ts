/** How settings are called on axes, in legends and in column headers, by their path in a configuration. */
const names: Readonly<Record<string, string>> = {
  arithmetic: 'Arithmetic',
  'weights.bits': 'Weight bits',
  'weights.scheme': 'Weight scheme',
  'weights.storage': 'Weight storage',
  'weights.granularity': 'Weight granularity',
  'weights.groupSize': 'Group size',
  'weights.grid': 'Weight grid',
  'weights.floatFormat': 'Minifloat',
  'weights.range': 'Weight range',
  'weights.percentile': 'Weight percentile',
  'weights.exponent': 'Weight error exponent',
  'weights.rounding': 'Rounding',
  'weights.iterations': 'AdaRound steps',
  'weights.compensation': 'Compensation',
  'weights.actOrder': 'GPTQ order by Hessian',
  'weights.powerOfTwoScale': 'Weight scales powers of two',
  'weights.narrow': 'Narrow weights',
  'weights.reduceRange': 'Reduced weight range',
  'activations.bits': 'Activation bits',
  'activations.scheme': 'Activation scheme',
  'activations.storage': 'Activation storage',
  'activations.observer': 'Observer',
  'activations.percentile': 'Activation percentile',
  'activations.exponent': 'Activation error exponent',
  'activations.powerOfTwoScale': 'Activation scales powers of two',
  'activations.destinationLevels': 'Destination levels',
  'activations.dialect': 'Histogram dialect',
  'activations.reduceRange': 'Reduced activation range',
  prepare: 'Preparation',
  bias: 'Bias',
  quantizeOutput: 'Quantized output',
  'accumulator.bits': 'Accumulator bits',
  'accumulator.overflow': 'Accumulator overflow',
  'accumulator.check': 'Accumulator check',
  'accumulator.tile': 'Accumulator tile',
  'accumulator.products': 'Products',
  requantization: 'Requantization',
  model: 'Model',
  dataset: 'Data',
  samples: 'Samples',
  calibrationDataset: 'Calibrated on',
  calibrationSamples: 'Calibration samples',
  seed: 'Seed'
};

/** The name of a setting: its usual one, or its path where it has none. */
export function settingName(path: string): string {
  return names[path] ?? path;
}

/** The value of a setting as text: `yes` and `no` for switches, `none` for null, JSON for lists and objects. */
export function levelText(level: unknown): string {
  if (level === true) return 'yes';
  if (level === false) return 'no';
  if (level === null || level === undefined) return 'none';
  return typeof level === 'object' ? JSON.stringify(level) : String(level);
}

/** A setting and its value in a few words: `Observer mse`, `8-bit weights`. */
export function levelPhrase(path: string, level: unknown): string {
  if (path === 'weights.bits') return `${levelText(level)}-bit weights`;
  if (path === 'activations.bits') return `${levelText(level)}-bit activations`;
  if (typeof level === 'string' && ['arithmetic', 'model'].includes(path)) return level;
  return `${settingName(path).toLowerCase()} ${levelText(level)}`;
}
