import type { ExperimentFile, ListedSetting, SettingWord } from '../../../contract/index.ts';
import { firstLevels } from './first-levels.ts';
import { settings } from './setting-catalogue.ts';
import { withSetting } from './with-setting.ts';

type Part = 'weights' | 'activations';
type Layers = Record<string, ExperimentFile['fixed'][string]>;

/** What a design does otherwise for one layer, position or pattern. */
export interface Override {
  readonly key: string;
  readonly settings: readonly { readonly path: string; readonly value: unknown }[];
}

/** What stands for a place in the network, and how it is called. */
export const positions: Readonly<Record<string, string>> = {
  first: 'First layer',
  last: 'Last layer',
  input: 'Input of the network'
};

/** Values of a setting that a layer may be given, the usual one first. */
export const layerChoices = (path: string): SettingWord[] => firstLevels(path, undefined) as SettingWord[];

/** Settings that layers can have for themselves, beside their bits; codebooks are for all of them. */
export const layerSettings: readonly ListedSetting[] = settings.filter(
  ({ path }) => /^(weights|activations)\.(?!bits$|levels$)/.test(path) && layerChoices(path).length > 1
);

/** The overrides of a design, in its order; those that the form cannot show have no settings. */
export function overridesOf(file: ExperimentFile): Override[] {
  return Object.entries(layersOf(file)).map(([key, override]) => ({
    key,
    settings: Object.entries((override ?? {}) as Record<string, object | undefined>).flatMap(
      ([part, changes]) =>
        Object.entries(changes ?? {}).map(([name, value]) => ({
          path: `${part}.${name}`,
          value: value as unknown
        }))
    )
  }));
}

/** Adds an override, with 8 bits to begin with: of the activations for what enters the network, else of the weights. */
export function withNewOverride(file: ExperimentFile, key: string): ExperimentFile {
  if (Object.hasOwn(layersOf(file), key)) return file;
  return withOverrideSetting(file, key, key === 'input' ? 'activations.bits' : 'weights.bits', 8);
}

/** Sets what a layer does otherwise, or for undefined lets it be as the others; an override that says nothing goes. */
export function withOverrideSetting(
  file: ExperimentFile,
  key: string,
  path: string,
  value: SettingWord | undefined
): ExperimentFile {
  const layers = layersOf(file);
  const before = (layers[key] ?? {}) as Record<string, SettingWord>;
  const changed = withSetting<SettingWord>(before, path, value) as unknown as Layers[string];
  return withLayers(file, { ...layers, [key]: changed }, key);
}

export function withoutOverride(file: ExperimentFile, key: string): ExperimentFile {
  const { [key]: _removed, ...others } = layersOf(file);
  return withLayers(file, others, null);
}

/** The bits that an override gives to weights or activations, or null where they are as the others'. */
export function overrideBits({ settings: given }: Override, part: Part): number | null {
  const bits = given.find(({ path }) => path === `${part}.bits`)?.value;
  return typeof bits === 'number' ? bits : null;
}

/** How many of some layers a pattern covers: * stands for any characters. */
export function coveredBy(pattern: string, names: readonly string[]): number {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const matches = new RegExp(`^${source.join('.*')}$`);
  return names.filter((name) => matches.test(name)).length;
}

const layersOf = (file: ExperimentFile): Layers => (file.fixed['layers'] ?? {}) as Layers;

/** @param key of an override that goes where nothing is left in it */
function withLayers(file: ExperimentFile, layers: Layers, key: string | null): ExperimentFile {
  const kept = Object.entries(layers).filter(
    ([name, override]) => name !== key || Object.keys(override as object).length > 0
  );
  const { layers: _before, ...others } = file.fixed;
  return {
    ...file,
    fixed: kept.length === 0 ? others : { ...others, layers: Object.fromEntries(kept) as Layers }
  };
}
