import type { ExperimentFile } from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
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

/** The fixed value of a setting: the design's, or the usual one. */
export function fixedValue(file: ExperimentFile, path: string): unknown {
  return settingAt(file.fixed, path) ?? usualValue(path);
}

/** Fixes a setting; the usual value needs no mention in the file. */
export function withFixed(file: ExperimentFile, path: string, value: Level): ExperimentFile {
  return { ...file, fixed: withSetting(file.fixed, path, value === usualValue(path) ? undefined : value) };
}

/** Makes a setting a factor with these levels, or changes those that it has. */
export function withFactor(file: ExperimentFile, path: string, levels: readonly Level[]): ExperimentFile {
  return {
    ...file,
    fixed: withSetting(file.fixed, path, undefined),
    factors: { ...file.factors, [path]: [...levels] }
  };
}

/** The setting is no factor any more; what it was zipped with stays, where two or more remain. */
export function withoutFactor(file: ExperimentFile, path: string): ExperimentFile {
  const { [path]: _removed, ...factors } = file.factors;
  const zip = file.zip
    .map((group) => group.filter((member) => member !== path))
    .filter(({ length }) => length > 1);
  return { ...file, factors, zip };
}
