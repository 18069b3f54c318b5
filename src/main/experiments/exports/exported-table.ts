import { stringify } from 'csv-stringify/sync';
import type { ExportedText } from '../../../contract/index.ts';

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** A table for other programs; a row may lack cells. */
export interface ExportTable {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Units of columns, which the headers of a CSV file name. */
  readonly units?: Readonly<Record<string, string>>;
}

/** @param name the stem of the file's name */
export function exported(table: ExportTable, name: string, format: 'csv' | 'json'): ExportedText {
  if (format === 'json') {
    const rows = table.rows.map((row) =>
      Object.fromEntries(table.columns.map((column) => [column, row[column] ?? null]))
    );
    return {
      fileName: `${name}.json`,
      mediaType: 'application/json',
      text: `${JSON.stringify(rows, null, 2)}\n`
    };
  }
  return { fileName: `${name}.csv`, mediaType: 'text/csv', text: csv(table) };
}

/** RFC 4180, with lines that end in CR LF. */
export function csv(table: ExportTable): string {
  const rows = table.rows.map((row) => table.columns.map((column) => csvCell(row[column] ?? null)));
  // Left alone, the package quotes only the line ends that it writes itself.
  const headers = table.columns.map((column) => {
    const unit = table.units?.[column] ?? '';
    return csvCell(unit === '' ? column : `${column} [${unit}]`);
  });
  return stringify([headers, ...rows], {
    record_delimiter: 'windows',
    quoted_match: /[\r\n]/
  });
}

/** Spreadsheets compute what begins like a formula; an apostrophe keeps text from being one. Numbers stay as they are. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
