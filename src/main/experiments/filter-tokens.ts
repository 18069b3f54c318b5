import { BitlabError } from '../../contract/index.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'end';
  readonly text: string;
  /** Where it begins, counted from 0, and where it ends, excluded. */
  readonly at: number;
  readonly end: number;
}

/** What is wrong with a filter, and with which of its characters. */
export class FilterProblem extends Error {
  readonly at: number;
  readonly end: number;

  constructor(at: number, end: number, reason: string) {
    super(reason);
    this.at = at;
    this.end = end;
  }

  asError(): BitlabError {
    return new BitlabError('FILTER_INVALID', { place: `character ${this.at + 1}`, reason: this.message });
  }
}

const pattern =
  /\s+|(?<open>\()|(?<close>\))|(?<operator>!=|<=|>=|=|<|>|~)|(?<word>(?:[^\s()!=<>~"'[\]]|\[(?:"[^"]*"|'[^']*')\])+)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'/y;

/** The tokens of a filter, with `end` last. @throws FilterProblem at a character that begins none */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new FilterProblem(at, text.length, `unexpected ${text.slice(at, at + 1)}`);
    const { open, close, operator, word, double, single } = match.groups!;
    const end = at + match[0].length;
    if (open !== undefined) tokens.push({ kind: 'open', text: open, at, end });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close, at, end });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, at, end });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at, end });
    else if (double !== undefined || single !== undefined) {
      tokens.push({ kind: 'quoted', text: (double ?? single)!.replace(/\\(.)/g, '$1'), at, end });
    }
  }
  tokens.push({ kind: 'end', text: '', at: text.length, end: text.length });
  return tokens;
}
