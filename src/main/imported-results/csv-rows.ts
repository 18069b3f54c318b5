import { parse } from 'csv-parse/sync';
import { BitlabError } from '../../contract/index.ts';
import { limits } from './found-results.ts';
import { writtenNumber } from './written-number.ts';

/** A line of a table with its number in the file, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvRows {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * A table with a header, by RFC 4180, in UTF-8.
 * @param file its name, for messages
 * @throws BitlabError RESULTS_INVALID with the line, RESULTS_EMPTY, RESULTS_TOO_LARGE
 */
export function csvRows(bytes: Uint8Array, file: string): CsvRows {
  const [first, ...rows] = records(textOf(bytes, file), file);
  if (first === undefined) throw new BitlabError('RESULTS_EMPTY', { file });
  const header = first.cells.map((cell) => cell.trim());
  checkHeader(header, file);
  for (const { line, cells } of rows) {
    if (cells.length === header.length) continue;
    refuse(
      file,
      `line ${line}`,
      `it has ${cells.length} cells and the header has ${header.length}`,
      'Export the table again; a cell with a comma or a line end stands in quotes.'
    );
  }
  if (rows.length === 0) throw new BitlabError('RESULTS_EMPTY', { file });
  tooMany(file, 'runs', rows.length, limits.runs);
  tooMany(file, 'columns', header.length, limits.columns);
  tooMany(file, 'values', rows.length * header.length, limits.values);
  return { header, rows };
}

export function tooMany(file: string, what: string, found: number, limit: number): void {
  if (found > limit) throw new BitlabError('RESULTS_TOO_LARGE', { file, what, found, limit });
}

function refuse(file: string, place: string, reason: string, advice: string): never {
  throw new BitlabError('RESULTS_INVALID', { file, place, reason, advice });
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(file, 'line 1', 'it is no text in UTF-8', 'Save the table as CSV in UTF-8.');
  }
}

function records(text: string, file: string): CsvRow[] {
  try {
    const found = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return found.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (thrown) {
    const { lines, message } = thrown as Error & { lines?: number };
    return refuse(
      file,
      `line ${lines ?? 1}`,
      message.replace(/\.$/, ''),
      'Close the quotes, or export the table again.'
    );
  }
}

function checkHeader(header: readonly string[], file: string): void {
  const named = header.filter((name) => name !== '');
  const numbers = named.filter((name) => writtenNumber(name) !== null).length;
  if (named.length === 0 || numbers * 2 > named.length) {
    refuse(
      file,
      'line 1',
      'it has no header',
      'Export the table with the names of its columns in the first line.'
    );
  }
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(file, 'line 1', `two columns are named ${twice.slice(0, 80)}`, 'Rename one of them.');
  }
  const long = named.find((name) => name.length > limits.nameCharacters);
  if (long !== undefined) {
    const reason = `a name has ${long.length} characters and ${limits.nameCharacters} are allowed`;
    refuse(file, 'line 1', reason, 'Give the column a shorter name, or leave it out.');
  }
}
