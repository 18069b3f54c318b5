import { Configuration, listSettings, type ListedSetting } from '../../contract/index.ts';

/** Every setting of a configuration, in its order, with what the contract says of it. */
export const listedSettings: readonly ListedSetting[] = listSettings(Configuration);

const byPath = new Map(listedSettings.map((setting) => [setting.path, setting]));

/** The setting at a path; that of all layers for a layer's own, such as `layers.first.weights.bits`. */
export function settingNamed(path: string): ListedSetting | undefined {
  const own = /^layers\b.*?\b(weights|activations)\.(\w+)$/.exec(path);
  return byPath.get(own === null ? path : `${own[1]}.${own[2]}`);
}

/** What the description of a setting says of one of its words, behind the word and a colon; an empty text where it says nothing. */
export function aboutWord(path: string, word: string): string {
  const parts = (settingNamed(path)?.description ?? '').split(/(?:^|\s)`([\w-]+)`: /);
  const text = parts[parts.indexOf(word, 1) + 1];
  return text === undefined || !parts.includes(word)
    ? ''
    : settingWords(text.charAt(0).toUpperCase() + text.slice(1));
}

/** A text of the contract with the signs that a screen has. */
export function settingWords(text: string): string {
  return text
    .replaceAll('10^9', '10⁹')
    .replaceAll('2^-k', '2⁻ᵏ')
    .replace(/\bum\b/g, 'µm')
    .replace(/\bmm2\b/g, 'mm²')
    .replace(/\buW\b/g, 'µW')
    .replace(/(\d) us\b/g, '$1 µs')
    .replace(/\bohm\b/g, 'Ω')
    .replaceAll("'", '’');
}
