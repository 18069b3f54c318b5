import {
  BitlabError,
  type ActivationSettings,
  type Configuration,
  type WeightSettings
} from '../../contract/index.ts';
import { gridOf, type GridSettings } from '../quantization/index.ts';
import { formatSettingPath } from '../../contract/setting-path.ts';

/** Above this the entropy observer has as many levels as bins. */
const entropyBits = 8;

/**
 * Refuses what the methods for ranges, grids and groups cannot do, in the settings for all layers and in each override.
 * @throws CONFIGURATION_CONFLICT, CODEBOOK_INVALID, CONFIGURATION_INVALID
 */
export function checkMethods(configuration: Configuration): void {
  for (const { path, settings } of weightSettings(configuration)) {
    const at = (name: string) => formatSettingPath([...path, name]);
    if (settings.granularity === 'group') checkGroups(configuration, at);
    if (settings.grid !== 'uniform') checkGrid(configuration, settings, at);
    if (settings.range === 'entropy' && settings.bits > entropyBits) refuseEntropy(at('range'));
  }
  for (const { path, settings } of activationSettings(configuration)) {
    if (settings.grid !== undefined && settings.grid !== 'uniform')
      checkActivationGrid(configuration, settings, (name) => formatSettingPath([...path, name]));
    if (settings.observer === 'entropy' && settings.bits > entropyBits)
      refuseEntropy(formatSettingPath([...path, 'observer']));
  }
}

function checkGroups({ arithmetic, bias }: Configuration, at: (name: string) => string): void {
  if (arithmetic !== 'simulated')
    refuse(
      `Integer arithmetic adds up products under one scale for each output channel, and ${at('granularity')} is group`,
      'Set arithmetic: simulated, or another granularity.'
    );
  requireFloatBias(bias, `${at('granularity')} is group`);
}

function checkGrid(
  { arithmetic, bias }: Configuration,
  settings: WeightSettings,
  at: (name: string) => string
): void {
  const isGrid = `${at('grid')} is ${settings.grid}`;
  if (arithmetic !== 'simulated')
    refuse(
      `Integer arithmetic has evenly spaced levels, and ${isGrid}`,
      'Set arithmetic: simulated, or grid: uniform.'
    );
  requireFloatBias(bias, isGrid);
  if (settings.scheme === 'affine' || settings.storage === 'unsigned')
    refuse(
      `A grid has signed levels around zero, and ${isGrid} with scheme ${settings.scheme} and storage ${settings.storage}`,
      'Set scheme: symmetric and storage: signed.'
    );
  if (settings.narrow || settings.reduceRange)
    refuse(
      `Narrow and reduced ranges are for whole numbers, and ${isGrid}`,
      'Set narrow and reduceRange: false.'
    );
  if (settings.range === 'histogram' || settings.range === 'entropy')
    refuse(
      `The range ${settings.range} is searched for evenly spaced levels, and ${isGrid}`,
      `Set ${at('range')}: mse, minmax or percentile.`
    );
  checkLevels(settings, at);
}

/** Levels around zero have no zero point, so that storage `unsigned` would cut off all that is negative. */
function checkActivationGrid(
  { arithmetic, bias }: Configuration,
  settings: ActivationSettings,
  at: (name: string) => string
): void {
  const isGrid = `${at('grid')} is ${settings.grid}`;
  if (arithmetic === 'integer')
    refuse(
      `Integer arithmetic has evenly spaced levels, and ${isGrid}`,
      'Set arithmetic: simulated, or grid: uniform.'
    );
  requireFloatBias(bias, isGrid);
  if (settings.scheme === 'affine' || settings.storage === 'unsigned')
    refuse(
      `A grid has its levels around zero or from zero on, and ${isGrid} with scheme ${settings.scheme} and storage ${settings.storage}`,
      'Set scheme: symmetric and storage: auto (or signed).'
    );
  if (settings.reduceRange)
    refuse(`Reduced ranges are for whole numbers, and ${isGrid}`, `Set ${at('reduceRange')}: false.`);
  if (settings.observer === 'histogram' || settings.observer === 'entropy')
    refuse(
      `The observer ${settings.observer} searches for evenly spaced levels, and ${isGrid}`,
      `Set ${at('observer')}: mse, minmax, moving-average or percentile.`
    );
  checkLevels(settings, at);
}

/** Makes the grid, so that what is wrong with it is found now, and says where a codebook stands. */
function checkLevels(settings: GridSettings, at: (name: string) => string): void {
  try {
    gridOf(settings, true);
  } catch (thrown) {
    if (!(thrown instanceof BitlabError) || thrown.code !== 'CODEBOOK_INVALID') throw thrown;
    const reason = `${at('levels')}: ${String(thrown.details['reason'])}`;
    throw new BitlabError('CODEBOOK_INVALID', { reason }, { cause: thrown });
  }
}

function requireFloatBias(bias: Configuration['bias'], why: string): void {
  if (bias === 'float') return;
  refuse(
    `An integer bias is a multiple of activation scale times one weight scale for each channel, and ${why}`,
    'Set bias: float.'
  );
}

function refuseEntropy(path: string): never {
  return refuse(
    `${path} is entropy, which is for ${entropyBits} bits or fewer`,
    'Choose mse or histogram for more bits.'
  );
}

function refuse(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}

/** The settings of all layers, and those that an override makes of them. */
function* weightSettings({ weights, layers }: Configuration) {
  yield { path: ['weights'], settings: weights };
  for (const [name, { weights: changes }] of Object.entries(layers)) {
    if (changes !== undefined)
      yield { path: ['layers', name, 'weights'], settings: merged(weights, changes) };
  }
}

function* activationSettings({ activations, layers }: Configuration) {
  yield { path: ['activations'], settings: activations };
  for (const [name, { activations: changes }] of Object.entries(layers)) {
    if (changes !== undefined)
      yield { path: ['layers', name, 'activations'], settings: merged(activations, changes) };
  }
}

function merged<Settings extends object>(
  settings: Settings,
  changes: { [K in keyof Settings]?: Settings[K] | undefined }
): Settings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(given) };
}
