import { BitlabError, type Configuration, type ExperimentFile } from '../../contract/index.ts';
import { checkMethods } from './method-conflicts.ts';
import { formatSettingPath } from './setting-path.ts';

/** More than this, and the products of codes do not fit the integer kernels. */
const integerBitLimit = 8;

/**
 * Refuses combinations of settings that cannot be computed, each valid for itself.
 * @throws CONFIGURATION_CONFLICT, CALIBRATION_TOO_FEW, CODEBOOK_INVALID
 */
export function checkConflicts(configuration: Configuration, file: ExperimentFile): void {
  if (configuration.arithmetic === 'float') return;
  checkCalibration(configuration, file);
  checkMethods(configuration);
  if (configuration.arithmetic === 'integer') checkInteger(configuration);
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

function checkInteger(configuration: Configuration): void {
  for (const { path, bits } of bitWidths(configuration)) {
    if (bits <= integerBitLimit) continue;
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `Integer arithmetic has at most ${integerBitLimit} bits, and ${formatSettingPath(path)} is ${bits}`,
      advice: `Set arithmetic: simulated for more than ${integerBitLimit} bits.`
    });
  }
  if (configuration.bias === 'float') {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: 'Integer arithmetic has no float bias',
      advice: 'Set bias: int32, or arithmetic: simulated.'
    });
  }
  const { scheme, granularity } = configuration.weights;
  if (scheme === 'affine' && granularity === 'channel') {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: 'Integer arithmetic needs one zero point for all channels of a layer',
      advice: 'Set weights.scheme: symmetric, weights.granularity: tensor, or arithmetic: simulated.'
    });
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
