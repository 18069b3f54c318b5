import { BitlabError, Configuration, metricCatalogue, nearestName } from '../../contract/index.ts';
import {
  runColumns,
  type RunColumn,
  type RunCondition,
  type RunField,
  type RunOperator
} from '../store/index.ts';
import { knownKeys } from './schema-problem.ts';
import { parseSettingPath } from './setting-path.ts';

/**
 * The language in which runs are filtered:
 *
 *   filter     = term { "or" term }
 *   term       = factor { "and" factor }
 *   factor     = "not" factor | "(" filter ")" | "tag:" word | field operator word | flag
 *   operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"        (~ is: contains, whatever the case)
 *   field      = a column (model, status, seed ...), a metric (top1 ...), or the path of a setting (weights.bits)
 *   flag       = "baseline" | "starred", or the path of a setting that is true or false
 *   word       = characters without white space, quotes, parentheses and operators, or any text in quotes
 */
interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'end';
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly at: number;
}

/** Metrics that runs have, so that one can filter by them before there is one. */
const usualMetrics = Object.keys(metricCatalogue);
const textColumns: ReadonlySet<string> = new Set([
  'id',
  'model',
  'dataset',
  'status',
  'arithmetic',
  'created',
  'started',
  'ended',
  'note'
]);
const flagColumns: ReadonlySet<string> = new Set(['baseline', 'starred']);

/**
 * Reads a filter. An empty text selects everything and gives null.
 * @param metrics the names of the metrics in the notebook
 * @throws FILTER_INVALID with the place
 */
export function parseFilter(text: string, metrics: readonly string[] = []): RunCondition | null {
  const tokens = tokenize(text);
  if (tokens.length === 1) return null;
  const reader = new FilterReader(tokens, [...new Set([...usualMetrics, ...metrics])]);
  return reader.read();
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|(?<open>\()|(?<close>\))|(?<operator>!=|<=|>=|=|<|>|~)|(?<word>(?:[^\s()!=<>~"'[\]]|\[(?:"[^"]*"|'[^']*')\])+)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw invalid(at, `unexpected ${text.slice(at, at + 1)}`);
    const { open, close, operator, word, double, single } = match.groups!;
    if (open !== undefined) tokens.push({ kind: 'open', text: open, at });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close, at });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (double !== undefined || single !== undefined) {
      tokens.push({ kind: 'quoted', text: (double ?? single)!.replace(/\\(.)/g, '$1'), at });
    }
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

class FilterReader {
  readonly #tokens: readonly Token[];
  readonly #metrics: readonly string[];
  #next = 0;

  constructor(tokens: readonly Token[], metrics: readonly string[]) {
    this.#tokens = tokens;
    this.#metrics = metrics;
  }

  read(): RunCondition {
    const condition = this.#alternatives();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw invalid(rest.at, `expected and, or, or the end, not ${rest.text}`);
    return condition;
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    return this.#tokens[this.#next++]!;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next++;
    return true;
  }

  #alternatives(): RunCondition {
    const parts = [this.#conjunction()];
    while (this.#takeWord('or')) parts.push(this.#conjunction());
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  }

  #conjunction(): RunCondition {
    const parts = [this.#factor()];
    while (this.#takeWord('and')) parts.push(this.#factor());
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  #factor(): RunCondition {
    if (this.#takeWord('not')) return { kind: 'not', part: this.#factor() };
    const token = this.#take();
    if (token.kind === 'open') {
      const inner = this.#alternatives();
      const close = this.#take();
      if (close.kind !== 'close') throw invalid(close.at, 'a closing parenthesis is missing');
      return inner;
    }
    if (token.kind !== 'word') {
      throw invalid(token.at, token.kind === 'end' ? 'something is missing' : `unexpected ${token.text}`);
    }
    if (token.text.startsWith('tag:')) return this.#tag(token);
    return this.#comparison(token);
  }

  #tag(token: Token): RunCondition {
    const tag = token.text.slice('tag:'.length);
    if (tag !== '') return { kind: 'tag', tag };
    const next = this.#take();
    if (next.kind === 'quoted' && next.text !== '') return { kind: 'tag', tag: next.text };
    throw invalid(token.at, 'a tag is missing after tag:');
  }

  #comparison(token: Token): RunCondition {
    const field = this.#field(token);
    if (this.#peek().kind !== 'operator') {
      if (isFlag(field)) return { kind: 'compare', field, operator: '=', value: true };
      throw invalid(this.#peek().at, `expected an operator such as = or <= after ${token.text}`);
    }
    const operator = this.#take().text as RunOperator;
    const value = this.#take();
    const isKeyword = value.kind === 'word' && /^(and|or|not)$/i.test(value.text);
    if ((value.kind !== 'word' && value.kind !== 'quoted') || isKeyword) {
      throw invalid(value.at, `a value is missing after ${operator}`);
    }
    const compared = valueOf(field, operator, value);
    if (field.kind === 'metric' && typeof compared !== 'number' && compared !== null) {
      throw invalid(value.at, `${token.text} is a number and ${value.text} is none`);
    }
    return { kind: 'compare', field, operator, value: compared };
  }

  #field(token: Token): RunField {
    const name = token.text;
    if ((runColumns as readonly string[]).includes(name)) return { kind: 'column', name: name as RunColumn };
    if (this.#metrics.includes(name)) return { kind: 'metric', name };
    const path = parseSettingPath(name);
    if (path !== null && isSetting(path)) return { kind: 'setting', path };
    const settings = knownSettings();
    const nearest = nearestName(name, [...runColumns, ...this.#metrics, ...settings]);
    const advice = nearest === null ? '' : `; did you mean ${nearest}?`;
    throw invalid(token.at, `${name} is no column, metric or setting${advice}`);
  }
}

function valueOf(field: RunField, operator: RunOperator, token: Token): string | number | boolean | null {
  if (token.kind === 'quoted') return token.text;
  if (token.text === 'null') return null;
  if (operator === '~' || (field.kind === 'column' && textColumns.has(field.name))) return token.text;
  if (token.text === 'true') return true;
  if (token.text === 'false') return false;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token.text);
  return isNumber ? Number(token.text) : token.text;
}

function isFlag(field: RunField): boolean {
  if (field.kind === 'column') return flagColumns.has(field.name);
  return field.kind === 'setting' && typeof defaultAt(field.path) === 'boolean';
}

function isSetting(path: readonly string[]): boolean {
  return path.every((name, index) => {
    // A layer may have any name.
    if (path[0] === 'layers' && index === 1) return true;
    return knownKeys(Configuration, path.slice(0, index)).includes(name);
  });
}

function defaultAt(path: readonly string[]): unknown {
  const inOverride = path[0] === 'layers';
  let value: unknown = Configuration.parse({});
  for (const name of inOverride ? path.slice(2) : path) value = (value as Record<string, unknown>)?.[name];
  return value;
}

function knownSettings(): string[] {
  return knownKeys(Configuration, []).flatMap((name) => {
    const inner = knownKeys(Configuration, [name]);
    return inner.length === 0 ? [name] : inner.map((key) => `${name}.${key}`);
  });
}

function invalid(at: number, reason: string): BitlabError {
  return new BitlabError('FILTER_INVALID', { place: `character ${at + 1}`, reason });
}
