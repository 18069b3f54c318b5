import type { z } from 'zod';

/**
 * Paths of settings, as factors and filters write them: names joined by dots, `weights.bits`. A name that has dots itself,
 * such as a layer's, goes into brackets and quotes, `layers["layer1.0.conv1"].weights.bits`, or stands bare between
 * `layers.` and `.weights.` or `.activations.`: `layers.layer1.0.conv1.weights.bits` is the same path.
 */

/** The names of a path, or null where the text is none. */
export function parseSettingPath(text: string): string[] | null {
  const names: string[] = [];
  const part = /\["([^"]+)"\]|\['([^']+)'\]|([^.[\]"'\s]+)/y;
  let at = 0;
  while (at < text.length) {
    if (names.length > 0 && text[at] === '.') at++;
    else if (names.length > 0 && text[at] !== '[') return null;
    part.lastIndex = at;
    const match = part.exec(text);
    if (match === null) return null;
    names.push((match[1] ?? match[2] ?? match[3])!);
    at = part.lastIndex;
  }
  return names.length === 0 ? null : withLayerName(names);
}

/** Where the settings of imported runs stand, apart from those of configurations: `param.lr`. */
export const importedSettings = 'param';

/** Joins the pieces of a bare layer name, and of an imported setting's. */
function withLayerName(names: string[]): string[] {
  if (names[0] === importedSettings && names.length > 2) return [names[0], names.slice(1).join('.')];
  const end = names.findLastIndex((name) => name === 'weights' || name === 'activations');
  if (names[0] !== 'layers' || end < 3) return names;
  return ['layers', names.slice(1, end).join('.'), ...names.slice(end)];
}

/** The path as text; the inverse of parseSettingPath. */
export function formatSettingPath(names: readonly string[]): string {
  return names
    .map((name, index) => {
      if (/^[\w-]+$/.test(name)) return index === 0 ? name : `.${name}`;
      return name.includes('"') ? `['${name}']` : `["${name}"]`;
    })
    .join('');
}

/** The value at a path within nested objects, or undefined. */
export function valueAt(value: unknown, names: readonly PropertyKey[]): unknown {
  let found = value;
  for (const name of names) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[name];
  }
  return found;
}

/** A copy with the value at a path, whose objects are made where there are none. */
export function withValueAt(value: unknown, names: readonly string[], leaf: unknown): unknown {
  const [first, ...rest] = names;
  if (first === undefined) return leaf;
  const object = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
  const inner = Object.hasOwn(object, first) ? (object as Record<string, unknown>)[first] : undefined;
  // A computed key in a literal defines a property of that name, even of the name __proto__.
  return { ...object, [first]: withValueAt(inner, rest, leaf) };
}

type SettingValue = z.core.util.JSONType;

/** Every setting of a configuration by its path; lists are values, objects are not. */
export function* settingsOf(configuration: object): Generator<[string, SettingValue]> {
  yield* leaves([], configuration as SettingValue);
}

function* leaves(path: readonly string[], value: SettingValue): Generator<[string, SettingValue]> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    yield [formatSettingPath(path), value];
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* leaves([...path, name], inner);
}
