import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { BitlabError, type MeasurementKind, type MeasurementTable } from '../../contract/index.ts';

/** Products of more codes than these are no table any more. */
const mostProductBits = 10;
const mostTransferBits = 16;
const mostNoiseRows = 65536;

/** A line of a file with its number there, counted from 1. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What stands in the first line, for the tables that have a header. */
const headers: Readonly<Record<Exclude<MeasurementKind, 'products'>, readonly [string, string]>> = {
  transfer: ['code', 'value'],
  noise: ['value', 'sigma']
};

/** Reads and checks a table of measurements. @throws BitlabError FILE_NOT_FOUND, MEASUREMENT_INVALID */
export async function openMeasurement(
  path: string,
  fileName: string,
  kind: MeasurementKind | null
): Promise<MeasurementTable> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new BitlabError('FILE_NOT_FOUND', { file: fileName }, { cause });
  }
  return parseMeasurement(textOf(bytes, fileName), fileName, kind);
}

/**
 * Reads a table from CSV (commas, semicolons or tabs; lines that begin with # are comments):
 *
 * - `transfer`: the header `code,value`, then each code from 0 to 2^bits - 1 in order; values never fall.
 * - `noise`: the header `value,sigma`, then rising values with sigmas of 0 or more.
 * - `products`: no header; 2^n rows of activation codes and 2^m columns of weight codes.
 *
 * @param fileName for messages
 * @param kind where it is null the header tells
 * @throws BitlabError MEASUREMENT_INVALID, with the line and the column
 */
export function parseMeasurement(
  text: string,
  fileName: string,
  kind: MeasurementKind | null
): MeasurementTable {
  const refuse: Refuse = (line, column, reason, advice) => {
    const place = column === null ? `line ${line}` : `line ${line}, column ${column}`;
    throw new BitlabError('MEASUREMENT_INVALID', { file: fileName, place, reason, advice, line });
  };
  const rows = rowsOf(text, refuse);
  const [first] = rows;
  if (first === undefined) {
    refuse(1, null, 'it has no rows', 'Write code,value or value,sigma in the first line and rows below it.');
  }
  const found = headerKind(first.cells);
  const chosen = kind ?? found ?? 'products';
  if (found !== null && found !== chosen) {
    refuse(
      first.line,
      null,
      `its header ${first.cells.join(',')} is that of a table of ${found}`,
      `Import it as a table of ${found}, or correct the header.`
    );
  }
  if (chosen === 'products') return products(rows, refuse, kind !== null);
  if (found === null) {
    refuse(
      first.line,
      null,
      `it has no header ${headers[chosen].join(',')}`,
      'Add the header as first line.'
    );
  }
  return chosen === 'transfer' ? transfer(rows.slice(1), refuse) : noise(rows.slice(1), refuse);
}

type Refuse = (line: number, column: number | null, reason: string, advice: string) => never;

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BitlabError(
      'MEASUREMENT_INVALID',
      {
        file,
        place: 'line 1',
        reason: 'it is no text in UTF-8',
        advice: 'Save the table as CSV in UTF-8; spreadsheets offer that when they export.',
        line: 1
      },
      { cause }
    );
  }
}

function rowsOf(text: string, refuse: Refuse): Row[] {
  try {
    const records = parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (thrown) {
    const { lines, message } = thrown as Error & { lines?: number };
    return refuse(lines ?? 1, null, message.replace(/\.$/, ''), 'Close quotes, or leave them out.');
  }
}

function headerKind(cells: readonly string[]): Exclude<MeasurementKind, 'products'> | null {
  const written = cells.map((cell) => cell.toLowerCase()).join();
  if (written === headers.transfer.join()) return 'transfer';
  return written === headers.noise.join() ? 'noise' : null;
}

function products(rows: readonly Row[], refuse: Refuse, chosen: boolean): MeasurementTable {
  const columns = rows[0]!.cells.length;
  if (columns === 2 && !chosen) {
    refuse(
      rows[0]!.line,
      null,
      'two columns without a header may be several kinds of table',
      'Write code,value or value,sigma in the first line, or say that the table holds products.'
    );
  }
  const weightBits = wholeBits(columns, mostProductBits);
  if (weightBits === null) {
    refuse(
      rows[0]!.line,
      null,
      `it has ${columns} columns`,
      `Give a column for each weight code: 2, 4, 8 ... up to ${2 ** mostProductBits}.`
    );
  }
  const values = rows.flatMap((row) => numbers(row, columns, refuse));
  const activationBits = wholeBits(rows.length, mostProductBits);
  if (activationBits === null) {
    refuse(
      rows.at(-1)!.line,
      null,
      `it has ${rows.length} rows`,
      `Give a row for each activation code: 2, 4, 8 ... up to ${2 ** mostProductBits}.`
    );
  }
  return { kind: 'products', activationBits, weightBits, values };
}

function transfer(rows: readonly Row[], refuse: Refuse): MeasurementTable {
  const values: number[] = [];
  for (const [index, row] of rows.entries()) {
    const [code, value] = numbers(row, 2, refuse);
    if (code !== index) {
      refuse(
        row.line,
        1,
        `the code ${index} is expected and ${code} stands there`,
        'Give each code from 0 on once, in order, without gaps.'
      );
    }
    const before = values.at(-1);
    if (before !== undefined && value! < before) {
      refuse(
        row.line,
        2,
        `the value falls from ${before} to ${value}`,
        'A converter is monotone: average the measurement, or correct the value.'
      );
    }
    values.push(value!);
  }
  const bits = wholeBits(values.length, mostTransferBits);
  const line = rows.at(-1)?.line ?? 1;
  if (bits === null) {
    refuse(
      line,
      null,
      `it has ${values.length} codes`,
      `Give all codes of the converter: 2, 4, 8 ... up to ${2 ** mostTransferBits}.`
    );
  }
  if (values[0] === values.at(-1)) {
    refuse(line, 2, `every code has the value ${values[0]}`, 'Give the value of each code.');
  }
  return { kind: 'transfer', bits, values };
}

function noise(rows: readonly Row[], refuse: Refuse): MeasurementTable {
  const values: number[] = [];
  const sigmas: number[] = [];
  for (const row of rows) {
    const [value, sigma] = numbers(row, 2, refuse);
    const before = values.at(-1);
    if (before !== undefined && value! <= before) {
      refuse(row.line, 1, `${value} does not rise above ${before}`, 'Sort the rows by value, each once.');
    }
    if (sigma! < 0) {
      refuse(row.line, 2, `the standard deviation ${sigma} is below 0`, 'Give 0 or more.');
    }
    values.push(value!);
    sigmas.push(sigma!);
  }
  if (values.length < 2 || values.length > mostNoiseRows) {
    refuse(
      rows.at(-1)?.line ?? 1,
      null,
      `it has ${values.length} rows`,
      `Give 2 to ${mostNoiseRows} rows; values between them are interpolated.`
    );
  }
  return { kind: 'noise', values, sigmas };
}

/** The cells of a row as finite numbers. */
function numbers(row: Row, count: number, refuse: Refuse): number[] {
  if (row.cells.length !== count) {
    refuse(
      row.line,
      null,
      `it has ${row.cells.length} columns and ${count} are needed`,
      'Give every row as many numbers, with a point before decimals.'
    );
  }
  return row.cells.map((cell, index) => {
    const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell);
    const value = isNumber ? Number(cell) : NaN;
    if (Number.isFinite(value)) return value;
    const reason = cell === '' ? 'a number is missing' : `${cell.slice(0, 40)} is no finite number`;
    return refuse(row.line, index + 1, reason, 'Measure the value again, or interpolate it.');
  });
}

/** log2 of a count, or null where it is no power of two from 2 to 2^most. */
function wholeBits(count: number, most: number): number | null {
  const bits = Math.log2(count);
  return Number.isInteger(bits) && bits >= 1 && bits <= most ? bits : null;
}
