import type {
  ExperimentFile,
  ListedSetting,
  ResolvedPreset,
  SettingCondition,
  SettingWord
} from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
import { crossed } from './design-axes.ts';
import { usualValue } from './setting-catalogue.ts';
import { withSetting } from './with-setting.ts';

type Level = ExperimentFile['factors'][string][number];

/** The design that a new experiment starts from: 8 to 2 bits, weights and activations together. */
export function newDesign(evaluate: string, calibrate: string | null): ExperimentFile {
  const bits = [8, 7, 6, 5, 4, 3, 2];
  return {
    name: '',
    question: '',
    models: [],
    data: { evaluate, calibrate, calibrationSamples: 512, samples: 'all' },
    fixed: {},
    factors: { 'weights.bits': bits, 'activations.bits': [...bits] },
    zip: [['weights.bits', 'activations.bits']],
    seeds: [0],
    baseline: true
  };
}

/** What a design lacks before it can be planned, as things to do. */
export function missingParts(file: ExperimentFile): string[] {
  return [
    ...(file.name.trim() === '' ? ['Give the experiment a name.'] : []),
    ...(file.models.length === 0 ? ['Choose at least one model.'] : []),
    ...(file.data.evaluate === '' ? ['Choose the data to evaluate on.'] : [])
  ];
}

/** The preset that a design's accelerator names, if it is among those given. */
export function presetOf(
  file: ExperimentFile,
  presets: readonly ResolvedPreset[]
): ResolvedPreset | undefined {
  const name = settingAt(opened(file.fixed), 'accelerator.preset');
  return presets.find((preset) => preset.name === name);
}

/** Fixed settings with the short form of an accelerator, the name of a preset alone, written out. */
export function opened(fixed: ExperimentFile['fixed']): ExperimentFile['fixed'] {
  const { accelerator } = fixed;
  return typeof accelerator === 'string' ? { ...fixed, accelerator: { preset: accelerator } } : fixed;
}

/** The fixed value of a setting: the design's, its preset's, or the usual one. */
export function fixedValue(
  file: ExperimentFile,
  path: string,
  presets: readonly ResolvedPreset[] = []
): unknown {
  const own = settingAt(opened(file.fixed), path);
  return own === undefined ? usualValue(path, presetOf(file, presets)) : own;
}

/** Fixes a setting; the usual value needs no mention in the file. */
export function withFixed(
  file: ExperimentFile,
  path: string,
  value: Level,
  presets: readonly ResolvedPreset[] = []
): ExperimentFile {
  const usual = usualValue(path, presetOf(file, presets));
  return {
    ...file,
    fixed: withSetting(opened(file.fixed), path, sameLevel(value, usual) ? undefined : value)
  };
}

/** The design without a word on a setting, which is then as usual. */
export function asUsual(file: ExperimentFile, path: string): ExperimentFile {
  return { ...file, fixed: withSetting(opened(file.fixed), path, undefined) };
}

/** Whether two levels are equal, lists and groups by their parts. */
export const sameLevel = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Makes a design one on given hardware. What its factors said of other hardware goes, and so do widths of fewer bits than a slice,
 * which that hardware cannot compute.
 */
export function withHardware(
  file: ExperimentFile,
  accelerator: Level,
  presets: readonly ResolvedPreset[] = []
): ExperimentFile {
  const others = Object.keys(file.factors)
    .filter((path) => path === 'arithmetic' || /^accelerator\b/.test(path))
    .reduce((rest, path) => withoutFactor(rest, path), file);
  const onHardware = { ...others, fixed: { ...others.fixed, arithmetic: 'accelerator', accelerator } };
  return (['weights', 'activations'] as const).reduce<ExperimentFile>((design, part) => {
    const slice = Number(fixedValue(onHardware, `accelerator.slicing.${part}`, presets) ?? 0);
    return withoutLevels(design, `${part}.bits`, (level) => typeof level === 'number' && level < slice);
  }, onHardware);
}

/** Makes a design compute as PyTorch's FX quantization with fake quantization does; see docs/experiment-file.md. */
export function withTorch(file: ExperimentFile): ExperimentFile {
  const settings = {
    arithmetic: 'simulated',
    bias: 'float',
    quantizeOutput: true,
    'activations.destinationLevels': 256,
    'activations.dialect': 'torch-1.13'
  };
  return Object.entries(settings).reduce(
    (design, [path, value]) => withFixed(withoutFactor(design, path), path, value),
    file
  );
}

/** Leaves out levels of a factor, with what is zipped with them; all of them stay where none would be left. */
function withoutLevels(
  file: ExperimentFile,
  path: string,
  isUnwanted: (level: Level) => boolean
): ExperimentFile {
  const levels = file.factors[path];
  if (levels === undefined) return file;
  const kept = levels.map((level) => !isUnwanted(level));
  if (!kept.includes(true)) return file;
  const group = file.zip.find((members) => members.includes(path)) ?? [path];
  const changed = group.map((member) => [member, file.factors[member]!.filter((_, index) => kept[index])]);
  return { ...file, factors: { ...file.factors, ...Object.fromEntries(changed) } };
}

/**
 * The condition of a setting that no run of a design meets, so that it cannot matter; null where it may. A condition is met where the
 * other setting has, or may have, one of the values.
 */
export function unmetCondition(
  { conditions }: Pick<ListedSetting, 'conditions'>,
  file: ExperimentFile,
  presets: readonly ResolvedPreset[]
): SettingCondition | null {
  const isMet = ({ path, values }: SettingCondition) => {
    const taken = file.factors[path] ?? [fixedValue(file, path, presets)];
    return taken.some((value) => values.includes(value as SettingWord));
  };
  return conditions.find((condition) => !isMet(condition)) ?? null;
}

/** Makes a setting a factor with these levels, or changes those that it has. */
export function withFactor(file: ExperimentFile, path: string, levels: readonly Level[]): ExperimentFile {
  return {
    ...file,
    fixed: withSetting(opened(file.fixed), path, undefined),
    factors: { ...file.factors, [path]: [...levels] }
  };
}

/** The setting is no factor any more; what it was zipped with stays, where two or more remain. */
export function withoutFactor(file: ExperimentFile, path: string): ExperimentFile {
  const { [path]: _removed, ...factors } = file.factors;
  return { ...crossed(file, path), factors };
}
