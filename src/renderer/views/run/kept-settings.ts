import type { Configuration } from '../../../contract/index.ts';
import { levelPhrase } from '../../figures/setting-names.ts';

const places: Readonly<Record<string, string>> = {
  first: 'first layer',
  last: 'last layer',
  input: 'input of the network'
};

/** What a configuration keeps apart for single layers, one phrase for each: `first layer: 8-bit weights`. */
export function keptSettings({ arithmetic, layers }: Configuration): string[] {
  if (arithmetic === 'float') return [];
  return Object.entries(layers).flatMap(([key, override]) => {
    const settings = (['weights', 'activations'] as const).flatMap((part) =>
      Object.entries(override[part] ?? {})
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => levelPhrase(`${part}.${name}`, value))
    );
    return settings.length === 0 ? [] : [`${places[key] ?? key}: ${settings.join(', ')}`];
  });
}
