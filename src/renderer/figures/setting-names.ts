import { layersText, parseSettingPath, type Configuration } from '../../contract/index.ts';

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
  'weights.levels': 'Codebook',
  'weights.range': 'Weight range',
  'weights.percentile': 'Weight percentile',
  'weights.exponent': 'Weight error exponent',
  'weights.destinationLevels': 'Weight destination levels',
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
  'activations.granularity': 'Activation granularity',
  'activations.grid': 'Activation grid',
  'activations.levels': 'Activation codebook',
  'activations.floatFormat': 'Activation minifloat',
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
  layers: 'Single layers',
  accelerator: 'Accelerator',
  'accelerator.preset': 'Hardware',
  'accelerator.tile': 'Tile size N (products)',
  'accelerator.units': 'Units M',
  'accelerator.reduction': 'Order of the reduction',
  'accelerator.slicing.activations': 'Activation slices (bits)',
  'accelerator.slicing.weights': 'Weight slices (bits)',
  'accelerator.converters.activations.bits': 'Activation DAC bits',
  'accelerator.converters.weights.bits': 'Weight DAC bits',
  'accelerator.converters.activations.nonlinearity': 'Activation DAC nonlinearity (full scale)',
  'accelerator.converters.weights.nonlinearity': 'Weight DAC nonlinearity (full scale)',
  'accelerator.converters.activations.transfer': 'Activation DAC transfer',
  'accelerator.converters.weights.transfer': 'Weight DAC transfer',
  'accelerator.signs': 'Signs',
  'accelerator.weightReach': 'Weight reach (full scale)',
  'accelerator.crosstalk': 'Crosstalk',
  'accelerator.crosstalk.spacingNm': 'Ring spacing (nm)',
  'accelerator.crosstalk.wavelengthNm': 'Wavelength (nm)',
  'accelerator.crosstalk.qualityFactor': 'Ring Q',
  'accelerator.products': 'Table of products',
  'accelerator.noise.input': 'Input noise σ (full scale)',
  'accelerator.noise.inputProportional': 'Proportional input noise σ',
  'accelerator.noise.weight': 'Weight read noise σ (full scale)',
  'accelerator.noise.weightProportional': 'Proportional weight read noise σ',
  'accelerator.noise.programming': 'Programming error σ (full scale)',
  'accelerator.noise.programmingProportional': 'Proportional programming error σ',
  'accelerator.noise.output': 'Output noise σ (full scale)',
  'accelerator.noise.outputProportional': 'Proportional output noise σ',
  'accelerator.noise.table': 'Noise table',
  'accelerator.adc.bits': 'ADC bits',
  'accelerator.adc.range': 'ADC range',
  'accelerator.adc.method': 'ADC calibration',
  'accelerator.adc.percentile': 'ADC percentile (%)',
  'accelerator.adc.narrow': 'Narrow ADC',
  'accelerator.adc.low': 'ADC low end (full scale)',
  'accelerator.adc.high': 'ADC high end (full scale)',
  'accelerator.adc.rounding': 'ADC rounding',
  'accelerator.adc.transfer': 'ADC transfer',
  'accelerator.link': 'Optical link',
  'accelerator.link.organization': 'Organization',
  'accelerator.link.rateGigasamplesPerSecond': 'Rate (GS/s)',
  'accelerator.link.laserPowerDbm': 'Laser power (dBm)',
  'accelerator.link.wallPlugEfficiency': 'Wall-plug efficiency',
  'accelerator.link.responsivityAmperePerWatt': 'Responsivity (A/W)',
  'accelerator.link.loadOhm': 'Load (Ω)',
  'accelerator.link.darkCurrentAmpere': 'Dark current (A)',
  'accelerator.link.temperatureKelvin': 'Temperature (K)',
  'accelerator.link.relativeIntensityNoiseDbPerHz': 'Intensity noise (dB/Hz)',
  'accelerator.link.waveguideLossDbPerMm': 'Waveguide loss (dB/mm)',
  'accelerator.link.ringPitchUm': 'Ring pitch (µm)',
  'accelerator.link.elementLengthUm': 'Element length (µm)',
  'accelerator.link.couplerLossDb': 'Coupler loss (dB)',
  'accelerator.link.modulatorLossDb': 'Modulator loss (dB)',
  'accelerator.link.modulatorOutOfBandLossDb': 'Passed modulator loss (dB)',
  'accelerator.link.weightRingLossDb': 'Weight ring loss (dB)',
  'accelerator.link.weightRingOutOfBandLossDb': 'Passed weight ring loss (dB)',
  'accelerator.link.splitterLossDb': 'Splitter loss (dB)',
  'accelerator.link.noises': 'Noises of the light',
  'accelerator.link.penaltyDb': 'Network penalty (dB)',
  'accelerator.cost.arrays': 'Arrays',
  'accelerator.cost.tuning': 'Ring tuning',
  'accelerator.cost.adcPowerMilliwatt': 'ADC power (mW)',
  'accelerator.cost.adcAreaSquareMillimetre': 'ADC area (mm²)',
  model: 'Model',
  dataset: 'Data',
  samples: 'Samples',
  calibrationDataset: 'Calibrated on',
  calibrationSamples: 'Calibration samples',
  seed: 'Seed'
};

/** The name of a setting: its usual one, that of a layer's own with the layer, or its path where it has none. */
export function settingName(path: string): string {
  const known = names[path];
  if (known !== undefined) return known;
  const [root, layer, ...rest] = parseSettingPath(path) ?? [];
  const name = root === 'layers' ? names[rest.join('.')] : undefined;
  return name === undefined ? path : `${name} of ${layerNames[layer!] ?? layer}`;
}

const layerNames: Readonly<Record<string, string>> = {
  first: 'the first layer',
  last: 'the last layer',
  input: 'the input'
};

/** The name of a setting within a sentence: in lower case but for abbreviations. */
export function settingPhrase(path: string): string {
  const name = settingName(path);
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/**
 * The value of a setting as text: `yes` and `no` for switches, `none` for null, JSON for lists and objects.
 * @param path of the setting; what single layers do otherwise is put in fewer words
 */
export function levelText(level: unknown, path = ''): string {
  if (path === 'layers' && isLayers(level)) return layersText(level);
  if (level === true) return 'yes';
  if (level === false) return 'no';
  if (level === null || level === undefined) return 'none';
  return typeof level === 'object' ? JSON.stringify(level) : String(level);
}

/** Phrases in which the level stands at @, for settings whose names with a unit read badly beside a number. */
const phrases: Readonly<Record<string, string>> = {
  'weights.bits': '@-bit weights',
  'activations.bits': '@-bit activations',
  'accelerator.preset': '@',
  'accelerator.tile': 'N @',
  'accelerator.units': 'M @',
  'accelerator.adc.bits': '@-bit ADC',
  'accelerator.noise.output': 'output noise @',
  'accelerator.link.rateGigasamplesPerSecond': '@ GS/s',
  'accelerator.link.laserPowerDbm': '@ dBm'
};

/** A setting and its value in a few words: `observer mse`, `8-bit weights`, `5 GS/s`. */
export function levelPhrase(path: string, level: unknown): string {
  const phrase = phrases[path];
  if (phrase !== undefined)
    return level === 'ideal' ? `${phrase.replace('@-bit', 'ideal')}` : phrase.replace('@', levelText(level));
  if (typeof level === 'string' && ['arithmetic', 'model'].includes(path)) return level;
  return `${settingPhrase(path)} ${levelText(level, path)}`;
}

const isLayers = (level: unknown): level is Configuration['layers'] =>
  typeof level === 'object' && level !== null && !Array.isArray(level);
