import { CsvError, parse } from 'csv-parse/sync';
import { BitlabError } from '../../contract/index.ts';
import { f32 } from '../numeric/float32.ts';
import { codebookGrid } from '../quantization/grids/index.ts';

interface Entry {
  readonly level: number;
  readonly line: number;
}

/**
 * The levels in a CSV: numbers separated by commas, semicolons or line breaks, in any order. Empty lines and what follows # do not
 * count.
 * @param name of the file, for messages
 * @returns the levels as they stand there
 * @throws BitlabError CODEBOOK_INVALID, which names the line of what is no finite number or stands there twice
 */
export function parseCodebook(text: string, name: string): number[] {
  const refuse = (reason: string) => new BitlabError('CODEBOOK_INVALID', { reason });
  const entries: Entry[] = [];
  const seen = new Map<number, number>();
  for (const { cells, line } of rowsOf(text, name)) {
    for (const cell of cells) {
      const place = `line ${line} of ${name}`;
      if (cell === '') throw refuse(`${place} has an empty entry`);
      const level = Number(cell);
      if (!Number.isFinite(f32(level)))
        throw refuse(`${place} has "${cell.slice(0, 40)}", which is no finite number`);
      const before = seen.get(f32(level));
      if (before !== undefined)
        throw refuse(`${place} has the level ${cell} a second time, after line ${before}`);
      seen.set(f32(level), line);
      entries.push({ level, line });
    }
  }
  if (entries.length < 2) {
    const only = entries[0] === undefined ? 'no levels' : `only one level, in line ${entries[0].line}`;
    throw refuse(`${name} has ${only}`);
  }
  const levels = entries.map(({ level }) => level);
  codebookGrid(levels);
  return levels;
}

function rowsOf(text: string, name: string): { readonly cells: string[]; readonly line: number }[] {
  try {
    const rows = parse(text.replace(/\r\n?/g, '\n'), {
      delimiter: [',', ';'],
      record_delimiter: '\n',
      comment: '#',
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const reason = `${name} is no CSV: ${thrown.message.replace(/\.$/, '')}`;
    throw new BitlabError('CODEBOOK_INVALID', { reason }, { cause: thrown });
  }
}
