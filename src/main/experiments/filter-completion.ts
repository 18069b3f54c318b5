import {
  Configuration,
  filterWord,
  metricCatalogue,
  runColumnCatalogue,
  type FilterCompletion,
  type MetricEntry
} from '../../contract/index.ts';
import { importedSettings, parseSettingPath } from '../../contract/setting-path.ts';
import type { Notebook, RunField } from '../store/index.ts';
import { FilterProblem, tokenize, type Token } from './filter-tokens.ts';
import { readFilter } from './filter.ts';
import { fieldNamed, isFlag, isText, knownSettings, usualMetrics } from './run-fields.ts';
import { importedSettingText } from './run-column-list.ts';
import { summaryAt } from './schema-problem.ts';

type Option = FilterCompletion['options'][number];
type Expected =
  | { readonly kind: 'condition' }
  | { readonly kind: 'operator'; readonly field: RunField }
  | { readonly kind: 'value'; readonly field: RunField }
  | { readonly kind: 'tag' }
  | { readonly kind: 'connection' };

const optionLimit = 80;

const operators: readonly Option[] = [
  ['=', 'is'],
  ['!=', 'is not'],
  ['<', 'less than'],
  ['<=', 'at most'],
  ['>', 'more than'],
  ['>=', 'at least'],
  ['~', 'contains, whatever the case']
].map(([text, about]) => ({ text: text!, kind: 'operator', about: about! }));

/** What can stand at the caret, and what is wrong with the text as a whole. */
export async function filterCompletion(
  notebook: Notebook,
  text: string,
  caret: number
): Promise<FilterCompletion> {
  const metrics = [...new Set([...usualMetrics, ...notebook.metrics.names()])];
  const { problem } = readFilter(text, metrics);
  const { before, word } = around(text, caret);
  const expected = expectedAfter(before, metrics);
  const found = expected === null ? [] : await optionsFor(notebook, expected, metrics);
  const typed = word.text.toLowerCase();
  const matching = found
    .filter((option) => option.text.toLowerCase().includes(typed) || option.kind === 'operator')
    .sort((a, b) => rank(a, typed) - rank(b, typed));
  return {
    from: word.at,
    to: word.end,
    options: matching.slice(0, optionLimit),
    problem: problem === null ? null : { at: problem.at, end: problem.end, reason: problem.message }
  };
}

/** What begins with what was typed comes before what has it within. */
function rank({ text }: Option, typed: string): number {
  return text.toLowerCase().startsWith(typed) ? 0 : 1;
}

/** The tokens before the caret, and the word at it, which an option takes the place of. */
function around(text: string, caret: number): { before: Token[]; word: Pick<Token, 'text' | 'at' | 'end'> } {
  let start = text.length < caret ? text.length : caret;
  const nothing = { before: [], word: { text: '', at: start, end: start } };
  try {
    const tokens = tokenize(text.slice(0, start)).slice(0, -1);
    const last = tokens.at(-1);
    if (last === undefined || last.end < start || last.kind === 'open' || last.kind === 'close') {
      return { before: tokens, word: nothing.word };
    }
    // An operator may still grow: < becomes <=.
    const tail = last.kind === 'operator' ? /^=?/ : /^[^\s()!=<>~"']*/;
    const end = start + tail.exec(text.slice(start))![0].length;
    return { before: tokens.slice(0, -1), word: { text: last.text, at: last.at, end } };
  } catch (thrown) {
    if (!(thrown instanceof FilterProblem)) throw thrown;
    // Within a text whose closing quote is not there yet.
    start = thrown.at;
    const before = tokenize(text.slice(0, start)).slice(0, -1);
    return { before, word: { text: text.slice(start + 1, caret), at: start, end: Math.max(caret, start) } };
  }
}

/** What the grammar asks for after these tokens; null where they make no sense. */
function expectedAfter(tokens: readonly Token[], metrics: readonly string[]): Expected | null {
  let expected: Expected = { kind: 'condition' };
  for (const token of tokens) {
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (expected.kind === 'condition') {
      if (word === 'not' || token.kind === 'open') continue;
      if (token.kind !== 'word' && token.kind !== 'quoted') return null;
      if (word.startsWith('tag:')) {
        expected = word === 'tag:' ? { kind: 'tag' } : { kind: 'connection' };
        continue;
      }
      const field = fieldNamed(token.text, metrics);
      if (field === null) return null;
      expected = { kind: 'operator', field };
    } else if (expected.kind === 'operator' && token.kind === 'operator') {
      expected = { kind: 'value', field: expected.field };
    } else if (expected.kind === 'value' || expected.kind === 'tag') {
      expected = { kind: 'connection' };
    } else if (word === 'and' || word === 'or') {
      expected = { kind: 'condition' };
    } else if (token.kind !== 'close') return null;
    else expected = { kind: 'connection' };
  }
  return expected;
}

async function optionsFor(
  notebook: Notebook,
  expected: Expected,
  metrics: readonly string[]
): Promise<Option[]> {
  switch (expected.kind) {
    case 'condition':
      return [
        ...columnOptions(metrics),
        ...tagOptions(notebook, 'tag:'),
        word('not', 'the opposite'),
        ...settingOptions(notebook)
      ];
    case 'operator': {
      const usual = operators.filter(({ text }) => text !== '~' || expected.field.kind !== 'metric');
      return isFlag(expected.field) ? [...connections, ...usual.slice(0, 2)] : [...usual];
    }
    case 'tag':
      return tagOptions(notebook, '');
    case 'connection':
      return [...connections];
    case 'value':
      return valueOptions(notebook, expected.field);
  }
}

const word = (text: string, about: string): Option => ({ text, kind: 'word', about });
const connections = [word('and', 'both'), word('or', 'one of them, or both')];

function columnOptions(metrics: readonly string[]): Option[] {
  const described = metricCatalogue as Readonly<Record<string, MetricEntry>>;
  return [
    ...Object.entries(runColumnCatalogue).map(([text, { definition }]): Option => ({
      text,
      kind: 'column',
      about: definition
    })),
    ...metrics.map((name): Option => ({
      text: filterWord(name),
      kind: 'metric',
      about: described[name]?.definition ?? ''
    }))
  ];
}

/** Those that vary first; a column of their own have arithmetic and seed. */
function settingOptions(notebook: Notebook): Option[] {
  const stored = notebook.runIndex.settings();
  const varying = stored.filter(({ varies }) => varies).map(({ path }) => path);
  const all = new Set([...varying, ...knownSettings(), ...stored.map(({ path }) => path)]);
  return [...all]
    .filter((path) => path !== 'arithmetic' && path !== 'seed')
    .map((text) => ({
      text,
      kind: 'setting',
      about: aboutSetting(parseSettingPath(text) ?? [])
    }));
}

function aboutSetting(path: readonly string[]): string {
  return path[0] === importedSettings ? importedSettingText : summaryAt(Configuration, path);
}

function tagOptions(notebook: Notebook, prefix: string): Option[] {
  return notebook.tags
    .names()
    .map((tag) => ({ text: `${prefix}${filterWord(tag)}`, kind: 'value', about: 'tag' }));
}

async function valueOptions(notebook: Notebook, field: RunField): Promise<Option[]> {
  const value = (text: string): Option => ({ text, kind: 'value', about: '' });
  if (isFlag(field)) return [value('true'), value('false')];
  // Metrics, times and notes hardly ever have a value twice.
  const isUnique =
    field.kind === 'metric' ||
    (field.kind === 'column' &&
      ['id', 'created', 'started', 'ended', 'duration', 'note'].includes(field.name));
  if (isUnique) return [];
  const values = await notebook.runQueries.ask('values', { field, limit: 200 });
  return values.map((each) =>
    value(typeof each === 'number' && !isText(field) ? String(each) : filterWord(String(each)))
  );
}
