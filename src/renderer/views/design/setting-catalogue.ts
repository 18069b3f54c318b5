import {
  defaultConfiguration,
  type ListedSetting,
  type ResolvedPreset,
  type SettingWord
} from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
import { aboutWord, listedSettings, settingNamed } from '../../figures/setting-docs.ts';

/**
 * The settings that a design can fix or vary: all of a configuration, but for single layers, which have a place of their own, and the
 * seed, which is listed under repeats.
 */
export const settings: readonly ListedSetting[] = listedSettings.filter(
  ({ path }) => path !== 'layers' && path !== 'seed'
);

/** Words that the value of a setting can be: those of its forms, the usual one first. */
export function wordsOf({ forms, usual }: Pick<ListedSetting, 'forms' | 'usual'>): SettingWord[] {
  const words = forms.flatMap((form) => (form.kind === 'word' ? [form.value] : []));
  return words.includes(usual as SettingWord)
    ? [usual as SettingWord, ...words.filter((word) => word !== usual)]
    : words;
}

/**
 * The value that a setting has where a design does not say otherwise.
 * @param preset the one that the design's accelerator names
 */
export function usualValue(path: string, preset?: ResolvedPreset): unknown {
  const [group = '', ...rest] = path.split('.');
  if (group === 'accelerator' && preset !== undefined && rest[0] !== 'preset')
    return settingAt(preset.resolved, rest.join('.'));
  // What single layers do not say is as with the others.
  if (group.startsWith('layers')) return undefined;
  return settingAt(defaultConfiguration, path) ?? settingNamed(path)?.usual;
}

/** What is done to the network itself, in this order. */
export const preparations = [
  { value: 'cross-layer-equalization', label: 'Cross-layer equalization' },
  { value: 'bias-correction', label: 'Bias correction' }
].map((preparation) => ({ ...preparation, about: aboutWord('prepare', preparation.value) }));
