import { parse } from 'csv-parse/sync';
import { BitlabError } from '../../../contract/index.ts';
import { mostClasses } from '../labels.ts';
import { byCodePoint, type SourceFile } from '../source-files.ts';

/** Columns by which the usual tables call the file and the label. */
const pathColumns = [
  'path',
  'file',
  'filename',
  'file_name',
  'filepath',
  'file_path',
  'image',
  'image_path',
  'imageid',
  'image_id',
  'img',
  'id',
  'name'
];
const labelColumns = [
  'label',
  'labels',
  'class',
  'class_id',
  'classid',
  'class_name',
  'category',
  'target',
  'y'
];
const mostTableBytes = 2 ** 28;

export interface LabelTable {
  /** Path as the table writes it -> class. */
  readonly labels: ReadonlyMap<string, number>;
  /** Empty where the table has numbers. */
  readonly classNames: readonly string[];
}

/**
 * Reads a table of labels from CSV (commas, semicolons or tabs): a column of paths and one of labels, by their names in the header or,
 * without a header, the first two. Labels are class numbers from 0, or names, whose classes are in the order of the names.
 * @throws BitlabError DATA_FILE_INVALID, DATA_LABEL_OUT_OF_RANGE
 */
export async function readLabelTable(file: SourceFile): Promise<LabelTable> {
  const invalid = (reason: string, cause?: unknown) =>
    new BitlabError('DATA_FILE_INVALID', { file: file.path, format: 'a table of labels', reason }, { cause });
  if (file.bytes > mostTableBytes)
    throw new BitlabError('DATA_TOO_LARGE', { file: file.path, bytes: file.bytes, limit: mostTableBytes });
  const rows = rowsOf(await file.read(), invalid);
  const [first] = rows;
  if (first === undefined) throw new BitlabError('DATA_EMPTY', { file: file.path });
  const names = first.map((cell) => cell.toLowerCase());
  const pathColumn = names.findIndex((name) => pathColumns.includes(name));
  const labelColumn = names.findIndex((name) => labelColumns.includes(name));
  const hasHeader = pathColumn >= 0 && labelColumn >= 0;
  if (!hasHeader && first.length !== 2)
    throw invalid(
      `its first line names no columns such as path and label, and it has ${first.length} columns`
    );
  const body = hasHeader ? rows.slice(1) : rows;
  if (body.length === 0) throw invalid('it has no rows below its header');
  const [at, of] = hasHeader ? [pathColumn, labelColumn] : [0, 1];
  const written = new Map<string, string>();
  for (const [index, row] of body.entries()) {
    const line = index + (hasHeader ? 2 : 1);
    const path = row[at]?.replaceAll('\\', '/').replace(/^\.\//, '');
    const label = row[of];
    if (path === undefined || path === '' || label === undefined || label === '')
      throw invalid(`row ${line} lacks a path or a label`);
    const before = written.get(path);
    if (before !== undefined && before !== label) throw invalid(`${path.slice(0, 100)} has two labels`);
    written.set(path, label);
  }
  return classesOf(written, file);
}

function classesOf(written: ReadonlyMap<string, string>, file: SourceFile): LabelTable {
  const values = [...written.values()];
  if (values.every((value) => /^[+-]?\d{1,15}$/.test(value))) {
    const labels = new Map<string, number>();
    let index = 0;
    for (const [path, value] of written) {
      const label = Number(value);
      if (label < 0 || label >= mostClasses)
        throw new BitlabError('DATA_LABEL_OUT_OF_RANGE', { label: value, index, classes: mostClasses });
      labels.set(path, label);
      index++;
    }
    return { labels, classNames: [] };
  }
  const classNames = [...new Set(values)].sort(byCodePoint);
  if (classNames.length > mostClasses || classNames.some((name) => name.length > 120))
    throw new BitlabError('DATA_FILE_INVALID', {
      file: file.path,
      format: 'a table of labels',
      reason: 'its labels are no names of classes'
    });
  const numbers = new Map(classNames.map((name, index) => [name, index]));
  return { labels: new Map(Array.from(written, ([path, name]) => [path, numbers.get(name)!])), classNames };
}

function rowsOf(bytes: Buffer, invalid: (reason: string, cause?: unknown) => BitlabError): string[][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('it is no text in UTF-8', cause);
  }
  try {
    return parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 100_000
    });
  } catch (cause) {
    const { lines, message } = cause as Error & { lines?: number };
    throw invalid(`line ${lines ?? 1}: ${message.replace(/\.$/, '').slice(0, 160)}`, cause);
  }
}
