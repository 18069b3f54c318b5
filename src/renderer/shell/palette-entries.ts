import { filterWord, type MethodOutput } from '../../contract/index.ts';
import type { Client } from '../client/client.ts';
import type { Command } from '../state/commands.svelte.ts';
import { fuzzyMatch, type FuzzyMatch } from '../state/fuzzy-match.ts';
import type { RecentEntry } from '../state/recently-used.svelte.ts';
import { href, screens } from '../state/route.ts';

/** Something that the palette offers: a place with its address, or a command. */
export interface PaletteEntry {
  /** What names it for good: `models:ID`. */
  readonly key: string;
  readonly title: string;
  /** What it is, at the end of its line. */
  readonly kind: string;
  /** Other words that it is found by. */
  readonly words: string;
  readonly href: string | null;
  readonly command: Command | null;
}

/** An entry that answers what was typed, with the places in its title that do so. */
export interface FoundEntry {
  readonly entry: PaletteEntry;
  readonly places: readonly number[];
}

/** Runs that one answer shows. */
const mostRuns = 8;
const mostFound = 50;
/** How much having been used lately counts against matching well. */
const recentBonus = 0.15;
/** How well words that are not shown must match: letters strewn over all of them would find nearly everything. */
const leastHidden = 0.7;

export const commandEntries = (commands: readonly Command[]): PaletteEntry[] =>
  commands
    .filter(({ keysOnly }) => keysOnly !== true)
    .map((command) => ({
      key: `command:${command.id}`,
      title: command.title,
      kind: '',
      words: command.words ?? '',
      href: null,
      command
    }));

/** All models, data sets, measurements, experiments and sensitivities. */
export async function thingEntries({ call }: Pick<Client, 'call'>): Promise<PaletteEntry[]> {
  const [experiments, models, datasets, measurements, sensitivities] = await Promise.all([
    call('experiments.list', {}),
    call('models.list', {}),
    call('datasets.list', {}),
    call('measurements.list', {}),
    call('sensitivity.list', {})
  ]);
  return [
    ...experiments.map(({ id, name }) => place('experiments', id, name, 'experiment')),
    ...models.map(({ id, name, tags }) =>
      place('models', id, name, 'model', Object.entries(tags).flat().join(' '))
    ),
    ...datasets.map(({ id, name }) => place('data', id, name, 'data set')),
    ...measurements.map(({ id, name }) => place('measurements', id, name, 'measurement')),
    ...sensitivities.map(({ id, model }) =>
      place('sensitivity', id, `Sensitivities of ${model}`, 'sensitivity')
    )
  ];
}

/**
 * Runs by words of their model, identifier or tag; a number is a bit width of the weights. Too short a text finds none: nearly
 * every run would fit.
 */
export async function runEntries({ call }: Pick<Client, 'call'>, text: string): Promise<PaletteEntry[]> {
  const where = runFilter(text);
  if (where === null) return [];
  const { rows }: MethodOutput<'runs.query'> = await call('runs.query', {
    where,
    columns: ['model', 'arithmetic', 'weights.bits', 'activations.bits', 'dataset', 'seed'],
    sort: [{ column: 'started', direction: 'descending' }],
    limit: mostRuns
  });
  return rows.map(([id, model, arithmetic, weights, activations, dataset, seed]) => {
    const bits = arithmetic === 'float' ? 'float' : `${weights}-bit weights, ${activations}-bit activations`;
    const title = `${model}, ${bits}, ${dataset}, seed ${seed}`;
    return place('runs', String(id), title, 'run', String(id));
  });
}

/** What a run's words select, as a filter; null for a text that says too little. */
export function runFilter(text: string): string | null {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '' && !fillers.has(word));
  if (words.join('').length < 2) return null;
  const terms = words.map((word) => {
    const contains = filterWord(word);
    const fields = [`model ~ ${contains}`, `id ~ ${contains}`, `tag:${contains}`];
    const bits = /^w?(\d{1,2})(-?bits?)?$/.exec(word)?.[1];
    if (bits !== undefined) fields.push(`weights.bits = ${bits}`);
    return `(${fields.join(' or ')})`;
  });
  const filter = terms.join(' and ');
  return filter.length > 2000 ? null : filter;
}

const fillers = new Set(['run', 'runs', 'of', 'bit', 'bits', 'bit-weights', 'weights']);

/** The address that a text is: of this notebook, copied from its window or from the browser. */
export function addressEntry(text: string): PaletteEntry | null {
  const hash = /#\/[^\s]+$/.exec(text.trim())?.[0];
  const screen = hash?.slice(2).split(/[/?]/)[0];
  if (hash === undefined || !(screens as readonly string[]).includes(screen!)) return null;
  return {
    key: `address:${hash}`,
    title: `Go to ${hash}`,
    kind: 'link',
    words: '',
    href: hash,
    command: null
  };
}

/**
 * The entries that answer a text, the best first; what was used lately counts for more. An empty text gives them all: those used
 * lately first, then commands and things in their order.
 */
export function foundEntries(
  entries: readonly PaletteEntry[],
  text: string,
  recent: readonly RecentEntry[]
): readonly FoundEntry[] {
  const lately = new Map(recent.map(({ key }, index) => [key, recentBonus * (1 - index / recent.length)]));
  if (text.trim() === '') {
    const place = (entry: PaletteEntry) => lately.get(entry.key) ?? 0;
    return entries.toSorted((a, b) => place(b) - place(a)).map((entry) => ({ entry, places: [] }));
  }
  return entries
    .flatMap((entry) => {
      const match = matchOf(entry, text);
      return match === null
        ? []
        : [{ entry, places: match.places, score: match.score + (lately.get(entry.key) ?? 0) }];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostFound);
}

/** The title alone, or else with its other words, which count less and are not shown. */
function matchOf({ key, title, kind, words }: PaletteEntry, text: string): FuzzyMatch | null {
  const inTitle = fuzzyMatch(title, text);
  // Runs were found by the notebook, by what their line does not say, too.
  const inAll = key.startsWith('runs:')
    ? { score: leastHidden }
    : fuzzyMatch(`${title} ${kind} ${words}`, text);
  if (inTitle !== null && inTitle.score >= 0.7 * (inAll?.score ?? 0)) return inTitle;
  return inAll === null || inAll.score < leastHidden ? inTitle : { score: 0.7 * inAll.score, places: [] };
}

function place(
  screen: (typeof screens)[number],
  id: string,
  title: string,
  kind: string,
  words = ''
): PaletteEntry {
  return { key: `${screen}:${id}`, title, kind, words, href: href(screen, id), command: null };
}
