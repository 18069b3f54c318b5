import { BitlabError, type Configuration, type ExperimentFile } from '../../contract/index.ts';
import { checkAccelerator } from './accelerator-conflicts.ts';
import { checkMethods } from './method-conflicts.ts';
import { formatSettingPath } from '../../contract/setting-path.ts';

/** The integer kernels multiply codes of 16 bits; avx2-pairs multiplies bytes. */
const pairBitLimit = 8;

/**
 * Refuses combinations of settings that cannot be computed, each valid for itself.
 * @throws CONFIGURATION_CONFLICT, CALIBRATION_TOO_FEW, CODEBOOK_INVALID
 */
export function checkConflicts(configuration: Configuration, file: ExperimentFile): void {
  if (configuration.arithmetic === 'float') return;
  checkCalibration(configuration, file);
  checkMethods(configuration);
  if (configuration.arithmetic === 'simulated') return;
  checkBias(configuration);
  if (configuration.arithmetic === 'integer') checkPairs(configuration);
  else checkAccelerator(configuration);
}

function checkCalibration(configuration: Configuration, { data }: ExperimentFile): void {
  if (data.calibrate === null) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The arithmetic ${configuration.arithmetic} needs calibration data to find the ranges of activations`,
      advice: 'Name a data set in data.calibrate, not the one that is evaluated.'
    });
  }
  if (data.calibrationSamples < 2) {
    throw new BitlabError('CALIBRATION_TOO_FEW', {
      samples: data.calibrationSamples,
      dataset: data.calibrate
    });
  }
}

function conflict(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}

function checkBias({ requantization, bias }: Configuration): void {
  if (bias === 'float' && requantization !== 'onnx') {
    conflict(
      `The requantization ${requantization} works on integers, and the bias is float`,
      'Set bias: int32, or requantization: onnx.'
    );
  }
}

/** What needs no layer to be known; each layer's own widths are checked when it is put into whole numbers. */
function checkPairs(configuration: Configuration): void {
  const { accumulator, weights } = configuration;
  if (accumulator.products === 'exact') return;
  if (accumulator.bits !== 32 || accumulator.overflow !== 'wrap') {
    conflict(
      `avx2-pairs adds in accumulators of 32 bits that wrap, not of ${accumulator.bits} bits that ${accumulator.overflow}`,
      'Set accumulator.bits: 32 and accumulator.overflow: wrap, or accumulator.products: exact.'
    );
  }
  if (weights.scheme === 'affine') {
    conflict(
      'avx2-pairs needs weights with zero point 0, and weights.scheme is affine',
      'Set weights.scheme: symmetric, or accumulator.products: exact.'
    );
  }
  for (const { path, bits } of bitWidths(configuration)) {
    if (bits <= pairBitLimit) continue;
    conflict(
      `avx2-pairs multiplies bytes, and ${formatSettingPath(path)} is ${bits}`,
      `Use ${pairBitLimit} bits or fewer, or accumulator.products: exact.`
    );
  }
}

function* bitWidths(configuration: Configuration): Generator<{ path: string[]; bits: number }> {
  for (const part of ['weights', 'activations'] as const) {
    yield { path: [part, 'bits'], bits: configuration[part].bits };
    for (const [layer, override] of Object.entries(configuration.layers)) {
      const bits = override[part]?.bits;
      if (bits !== undefined) yield { path: ['layers', layer, part, 'bits'], bits };
    }
  }
}
