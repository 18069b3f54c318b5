import { nearestName, runColumns } from '../../contract/index.ts';
import type { RunCondition, RunField, RunOperator } from '../store/index.ts';
import { FilterProblem, tokenize, type Token } from './filter-tokens.ts';
import { fieldNamed, isFlag, isImportedSetting, isText, knownSettings, usualMetrics } from './run-fields.ts';

/*
 * The language in which runs are filtered:
 *
 *   filter     = term { "or" term }
 *   term       = factor { "and" factor }
 *   factor     = "not" factor | "(" filter ")" | "tag:" word | field operator word | flag
 *   operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~"        (~ is: contains, whatever the case)
 *   field      = a column (model, status, seed ...), a metric (top1 ...), or the path of a setting (weights.bits);
 *                in quotes where it has other characters than a word
 *   flag       = "baseline" | "starred" | "imported", or the path of a setting that is true or false
 *   word       = characters without white space, quotes, parentheses and operators, or any text in quotes
 */

export interface ReadFilter {
  /** null for an empty filter, which selects everything. */
  readonly condition: RunCondition | null;
  readonly problem: FilterProblem | null;
}

/** Reads a filter without throwing, for someone who is still writing it. */
export function readFilter(text: string, metrics: readonly string[] = []): ReadFilter {
  try {
    const tokens = tokenize(text);
    if (tokens.length === 1) return { condition: null, problem: null };
    const reader = new FilterReader(tokens, [...new Set([...usualMetrics, ...metrics])]);
    return { condition: reader.read(), problem: null };
  } catch (thrown) {
    if (thrown instanceof FilterProblem) return { condition: null, problem: thrown };
    throw thrown;
  }
}

/**
 * Reads a filter. An empty text selects everything and gives null.
 * @param metrics the names of the metrics in the notebook
 * @throws FILTER_INVALID with the place
 */
export function parseFilter(text: string, metrics: readonly string[] = []): RunCondition | null {
  const { condition, problem } = readFilter(text, metrics);
  if (problem !== null) throw problem.asError();
  return condition;
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
    if (rest.kind !== 'end') throw invalid(rest, `expected and, or, or the end, not ${rest.text}`);
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
      if (close.kind !== 'close') throw invalid(close, 'a closing parenthesis is missing');
      return inner;
    }
    if (token.kind !== 'word' && !(token.kind === 'quoted' && this.#peek().kind === 'operator')) {
      throw invalid(token, token.kind === 'end' ? 'something is missing' : `unexpected ${token.text}`);
    }
    if (token.kind === 'word' && token.text.startsWith('tag:')) return this.#tag(token);
    return this.#comparison(token);
  }

  #tag(token: Token): RunCondition {
    const tag = token.text.slice('tag:'.length);
    if (tag !== '') return { kind: 'tag', tag };
    const next = this.#take();
    if (next.kind === 'quoted' && next.text !== '') return { kind: 'tag', tag: next.text };
    throw invalid(token, 'a tag is missing after tag:');
  }

  #comparison(token: Token): RunCondition {
    const field = this.#field(token);
    if (this.#peek().kind !== 'operator') {
      if (isFlag(field)) return { kind: 'compare', field, operator: '=', value: true };
      throw invalid(this.#peek(), `expected an operator such as = or <= after ${token.text}`);
    }
    const operator = this.#take().text as RunOperator;
    const value = this.#take();
    const isKeyword = value.kind === 'word' && /^(and|or|not)$/i.test(value.text);
    if ((value.kind !== 'word' && value.kind !== 'quoted') || isKeyword) {
      throw invalid(value, `a value is missing after ${operator}`);
    }
    const compared = valueOf(field, operator, value);
    if (field.kind === 'metric' && typeof compared !== 'number' && compared !== null) {
      throw invalid(value, `${token.text} is a number and ${value.text} is none`);
    }
    return { kind: 'compare', field, operator, value: compared };
  }

  #field(token: Token): RunField {
    const field = fieldNamed(token.text, this.#metrics);
    if (field !== null) return field;
    const nearest = nearestName(token.text, [...runColumns, ...this.#metrics, ...knownSettings()]);
    const advice = nearest === null ? '' : `; did you mean ${nearest}?`;
    throw invalid(token, `${token.text} is no column, metric or setting${advice}`);
  }
}

function valueOf(field: RunField, operator: RunOperator, token: Token): string | number | boolean | null {
  if (token.kind === 'quoted') return token.text;
  if (token.text === 'null') return null;
  if (operator === '~' || isText(field)) return token.text;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(token.text);
  if (isImportedSetting(field)) return isNumber ? Number(token.text) : token.text;
  if (token.text === 'true') return true;
  if (token.text === 'false') return false;
  return isNumber ? Number(token.text) : token.text;
}

function invalid({ at, end }: Token, reason: string): FilterProblem {
  return new FilterProblem(at, end, reason);
}
