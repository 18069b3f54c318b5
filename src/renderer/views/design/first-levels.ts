import type { SettingWord } from '../../../contract/index.ts';
import { settingNamed } from '../../figures/setting-docs.ts';
import { wordsOf } from './setting-catalogue.ts';

const sigmas = [0, 0.003, 0.01, 0.03, 0.1];
const widths = [8, 7, 6, 5, 4, 3, 2];
const percentiles = [99.99, 99.9, 99, 100];
const exponents = [2, 2.4, 3, 4];
const slices = [null, 4, 2, 1];

/** Numbers that are worth trying; words are all tried. */
const numbers: Readonly<Record<string, readonly SettingWord[]>> = {
  'weights.bits': widths,
  'activations.bits': widths,
  'weights.groupSize': [64, 16, 32, 128, 256],
  'weights.percentile': percentiles,
  'activations.percentile': percentiles,
  'weights.exponent': exponents,
  'activations.exponent': exponents,
  'weights.destinationLevels': [256, 16],
  'activations.destinationLevels': ['auto', 256],
  'weights.iterations': [1000, 500, 2000, 5000],
  'weights.compensation': [0.5, 0, 0.25, 0.75, 1],
  'accumulator.bits': [32, 24, 20, 18, 17, 16],
  'accumulator.tile': [64, 16, 32, 128],
  'accelerator.tile': [64, 16, 22, 32, 128, 256, 512],
  'accelerator.slicing.activations': slices,
  'accelerator.slicing.weights': slices,
  'accelerator.weightReach': [1, 0.92],
  'accelerator.adc.bits': ['ideal', 12, 10, 9, 8, 7, 6, 5, 4, 3],
  'accelerator.adc.percentile': percentiles,
  'accelerator.link.rateGigasamplesPerSecond': [5, 1, 3, 10],
  'accelerator.link.laserPowerDbm': [10, 13, 16, 20]
};

/**
 * The levels that a setting begins with when it is varied: all of its words, or numbers worth trying, or the value that it has.
 * @param value that it has in the design @param names that may be chosen, where it takes names
 */
export function firstLevels(path: string, value: unknown, names: readonly string[] = []): unknown[] {
  const own = /^layers\b.*?\b(weights|activations)\.(\w+)$/.exec(path);
  const base = own === null ? path : `${own[1]}.${own[2]}`;
  const known = numbers[base] ?? (base.startsWith('accelerator.noise.') ? sigmas : undefined);
  const setting = settingNamed(path);
  if (known !== undefined && base !== 'accelerator.noise.table') return [...known];
  if (setting === undefined) return [value ?? null];
  const { forms } = setting;
  if (names.length > 0) return [...names];
  if (forms.every(({ kind }) => kind === 'word')) return wordsOf(setting);
  if (forms.some(({ kind }) => kind === 'group')) return [null, {}];
  return [value ?? setting.usual ?? null];
}
