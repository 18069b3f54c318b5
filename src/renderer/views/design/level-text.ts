import type { SettingForm } from '../../../contract/index.ts';

/** Levels that were read from a text, or why it cannot be read. */
export type ReadLevels = { readonly levels: readonly unknown[] } | { readonly problem: string };

/** Levels that a range may stand for. */
const mostLevels = 200;

/** A list of levels as one types it: `8, 6, 4`, `ideal, 8`, `none`, `{bits: 12}`. */
export const levelsText = (levels: readonly unknown[]): string => levels.map(oneLevelText).join(', ');

/** A level as one types it. */
export function oneLevelText(level: unknown): string {
  if (level === null || level === undefined) return 'none';
  if (level === true) return 'yes';
  if (level === false) return 'no';
  if (Array.isArray(level)) return level.map(oneLevelText).join(' + ');
  if (typeof level !== 'object') return String(level);
  return `{${Object.entries(level)
    .map(([name, value]) => `${name}: ${oneLevelText(value)}`)
    .join(', ')}}`;
}

/**
 * Reads levels parted by commas, semicolons or line breaks. Numbers can be ranges: `8..2` counts by one, `0..0.1 by 0.02` by a step.
 * Lists are joined by plus signs, `shot + thermal`.
 * @param forms that a level may have
 */
export function readLevels(text: string, forms: readonly SettingForm[]): ReadLevels {
  const parts = text.match(/\{[^}]*\}|[^,;\n{}]+/g)?.map((part) => part.trim()) ?? [];
  const levels: unknown[] = [];
  for (const part of parts.filter((each) => each !== '')) {
    const read = rangeOf(part, forms) ?? readLevel(part, forms);
    if ('problem' in read) return read;
    levels.push(...read.levels);
    if (levels.length > mostLevels) return { problem: `More than ${mostLevels} levels.` };
  }
  return levels.length === 0 ? { problem: 'At least one level is needed.' } : { levels };
}

function rangeOf(part: string, forms: readonly SettingForm[]): ReadLevels | null {
  const match =
    /^(-?[\d.]+(?:e-?\d+)?)\s*(?:\.\.|…)\s*(-?[\d.]+?(?:e-?\d+)?)(?:\s+by\s+([\d.]+(?:e-?\d+)?))?$/i.exec(
      part
    );
  if (match === null) return null;
  const [from, to, step = 1] = match.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
  if (![from, to, step].every(Number.isFinite) || step <= 0)
    return { problem: `“${part}” is no range: write 8..2, or 0..0.1 by 0.02.` };
  const count = Math.floor(Math.abs(to! - from!) / step + 1e-9) + 1;
  if (count > mostLevels) return { problem: `“${part}” has more than ${mostLevels} levels.` };
  const sign = to! < from! ? -1 : 1;
  const numbers = Array.from({ length: count }, (_, index) =>
    Number((from! + sign * index * step).toPrecision(12))
  );
  const problem = numbers.map((number) => numberProblem(number, forms)).find((each) => each !== null);
  return problem === undefined ? { levels: numbers } : { problem: problem! };
}

/** One level. */
export function readLevel(part: string, forms: readonly SettingForm[]): ReadLevels {
  const word = forms.find((form) => form.kind === 'word' && oneLevelText(form.value) === part);
  if (word?.kind === 'word') return { levels: [word.value] };
  const list = forms.find(({ kind }) => kind === 'list');
  if (list?.kind === 'list') return readList(part, list.of);
  const fields = forms.find(({ kind }) => kind === 'fields');
  if (fields?.kind === 'fields' && part.startsWith('{')) return readFields(part, fields.fields);
  if (part !== '' && Number.isFinite(Number(part)) && forms.some(({ kind }) => kind === 'number')) {
    const problem = numberProblem(Number(part), forms);
    return problem === null ? { levels: [Number(part)] } : { problem };
  }
  if (forms.some(({ kind }) => kind === 'text')) return { levels: [part] };
  return { problem: `“${part}” is none of ${expected(forms)}.` };
}

function readList(part: string, forms: readonly SettingForm[]): ReadLevels {
  const list: unknown[] = [];
  for (const item of part.split('+').map((each) => each.trim())) {
    const read = readLevel(item, forms);
    if ('problem' in read) return read;
    list.push(...read.levels);
  }
  return { levels: [list] };
}

function readFields(part: string, fields: Readonly<Record<string, readonly SettingForm[]>>): ReadLevels {
  const object: Record<string, unknown> = {};
  for (const pair of part.slice(1, -1).split(',')) {
    const [name = '', value = ''] = pair.split(':').map((each) => each.trim());
    if (!Object.hasOwn(fields, name))
      return { problem: `“${part}” needs ${Object.keys(fields).join(', ')}.` };
    const read = readLevel(value, fields[name]!);
    if ('problem' in read) return read;
    object[name] = read.levels[0];
  }
  return { levels: [object] };
}

function numberProblem(value: number, forms: readonly SettingForm[]): string | null {
  const problems = forms.flatMap((form) => {
    if (form.kind !== 'number') return [];
    const { whole, least, above, most } = form;
    if (whole && !Number.isInteger(value)) return [`${value} is no whole number.`];
    if (least !== null && (above ? value <= least : value < least))
      return [`${value} is too small: ${above ? `above ${least}` : `${least} or more`}.`];
    if (most !== null && value > most) return [`${value} is too large: ${most} or less.`];
    return [null];
  });
  if (problems.length === 0) return `${value} is none of ${expected(forms)}.`;
  return problems.includes(null) ? null : problems[0]!;
}

/** What can be typed, in a few words. */
export function expected(forms: readonly SettingForm[]): string {
  return forms
    .map((form) => {
      switch (form.kind) {
        case 'word':
          return oneLevelText(form.value);
        case 'number': {
          const { whole, least, above, most } = form;
          const from = least === null ? '' : above ? ` above ${least}` : ` from ${least}`;
          return `${whole ? 'whole numbers' : 'numbers'}${from}${most === null ? '' : ` to ${most}`}`;
        }
        case 'fields':
          return `{${Object.entries(form.fields)
            .map(([name, inner]) => `${name}: ${expected(inner)}`)
            .join(', ')}}`;
        case 'list':
          return `${expected(form.of)}, joined by +`;
        case 'text':
          return 'names';
        default:
          return 'settings';
      }
    })
    .join(', ');
}
