import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AcceleratorPreset, BitlabError } from '../../contract/index.ts';
import { nameSuggestion } from './names.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The presets in a folder, by the names of their files, each checked. */
export function readPresets(folder: string): AcceleratorPreset[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => {
    const preset = AcceleratorPreset.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    if (`${preset.name}.json` !== file) throw new Error(`${file} holds the preset ${preset.name}.`);
    return preset;
  });
}

/**
 * The preset with a name, or with a part of it that no other has: `mam` is `holylight-mam`.
 * @throws ACCELERATOR_PRESET_UNKNOWN
 */
export function presetNamed<Preset extends AcceleratorPreset>(
  presets: readonly Preset[],
  name: string
): Preset {
  const wanted = name.toLowerCase();
  const exact = presets.find((preset) => preset.name === wanted);
  const partial = presets.filter((preset) => preset.name.split('-').includes(wanted));
  const found = exact ?? (partial.length === 1 ? partial[0] : undefined);
  if (found !== undefined) return found;
  const names = presets.map((preset) => preset.name);
  throw new BitlabError('ACCELERATOR_PRESET_UNKNOWN', {
    name,
    suggestion: nameSuggestion(name, names, 'This installation has no presets.')
  });
}

/** `holylight-mam` is short for `{preset: holylight-mam}`. */
export function openedAccelerator(accelerator: unknown): unknown {
  return typeof accelerator === 'string' ? { preset: accelerator } : accelerator;
}

/**
 * The settings of an accelerator with those of the preset that it names; what stands beside the name goes before.
 * @param accelerator as an experiment file has it: the name of a preset, settings, or null
 * @throws ACCELERATOR_PRESET_UNKNOWN
 */
export function withPreset(accelerator: unknown, presets: readonly AcceleratorPreset[]): unknown {
  const opened = openedAccelerator(accelerator);
  if (!isSettings(opened) || typeof opened['preset'] !== 'string') return opened;
  const preset = presetNamed(presets, opened['preset']);
  return merged(preset.settings, { ...opened, preset: preset.name });
}

/** Groups of settings are joined; everything else is replaced. */
function merged(base: Settings, changes: Settings): Settings {
  const result: Record<string, unknown> = { ...base };
  for (const [name, change] of Object.entries(changes)) {
    const own = Object.hasOwn(base, name) ? base[name] : undefined;
    result[name] = isSettings(own) && isSettings(change) ? merged(own, change) : change;
  }
  return result;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
