/** What an .npy header may hold: Python's literals. Tuples and lists both become arrays. */
export type PythonLiteral =
  string | number | boolean | null | PythonLiteral[] | { readonly [key: string]: PythonLiteral };

/** Deep enough for a structured dtype, shallow enough for the stack. */
const deepest = 16;

/**
 * Reads one Python literal: strings without escapes, whole numbers, True, False, None, tuples, lists, and dictionaries
 * whose keys are strings.
 * @throws SyntaxError where the text is anything else
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  let at = 0;

  const fail = (): never => {
    throw new SyntaxError(`unexpected text at character ${at} of the header`);
  };
  const skipSpace = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  };
  const take = (token: string): boolean => {
    skipSpace();
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };

  const items = (close: string, depth: number): PythonLiteral[] => {
    const found: PythonLiteral[] = [];
    while (!take(close)) {
      found.push(value(depth));
      if (take(',')) continue;
      if (!take(close)) fail();
      break;
    }
    return found;
  };

  const dictionary = (depth: number): PythonLiteral => {
    const entries = new Map<string, PythonLiteral>();
    while (!take('}')) {
      const key = value(depth);
      if (typeof key !== 'string' || entries.has(key) || !take(':')) return fail();
      entries.set(key, value(depth));
      if (take(',')) continue;
      if (!take('}')) fail();
      break;
    }
    return Object.fromEntries(entries);
  };

  const value = (depth: number): PythonLiteral => {
    skipSpace();
    if (depth > deepest) return fail();
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      const end = text.indexOf(quote, at + 1);
      if (end < 0) return fail();
      const string = text.slice(at + 1, end);
      at = end + 1;
      return string.includes('\\') ? fail() : string;
    }
    if (take('{')) return dictionary(depth + 1);
    if (take('(')) return items(')', depth + 1);
    if (take('[')) return items(']', depth + 1);
    if (take('True')) return true;
    if (take('False')) return false;
    if (take('None')) return null;
    const digits = /^-?\d{1,16}/.exec(text.slice(at, at + 17))?.[0];
    if (digits === undefined) return fail();
    at += digits.length;
    // Python 2 wrote long integers as 3L.
    if (text[at] === 'L') at++;
    return Number(digits);
  };

  const literal = value(0);
  skipSpace();
  return at === text.length ? literal : fail();
}
