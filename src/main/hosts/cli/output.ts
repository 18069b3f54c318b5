import Table from 'cli-table3';
import type { ErrorReport } from '../../../contract/index.ts';

export type Cell = string | number | null;

/** Results go to stdout, as text or as one JSON document; everything else goes to stderr. */
export class Output {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** @param text what to show where JSON was not asked for */
  result(value: unknown, text: () => string): void {
    process.stdout.write(`${this.json ? JSON.stringify(value, null, 2) : text().trimEnd()}\n`);
  }

  /** What a person wants to know meanwhile; never on stdout. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  error(report: ErrorReport): void {
    const text = `${report.sentence} [${report.code}]\n${report.remedy}`;
    process.stderr.write(`${this.json ? JSON.stringify({ error: report }) : text}\n`);
  }
}

/** A table without lines, so that it can be copied and piped; numbers are aligned at the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || /^[-\d.]/.test(String(row[column] ?? '-')))
  );
  const nothing = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid'
    ].map((part) => [part, ''])
  );
  const drawn = new Table({
    head: [...head],
    chars: { ...nothing, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: numeric.map((right) => (right && rows.length > 0 ? 'right' : 'left'))
  });
  drawn.push(...rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell)))));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values below each other. */
export function listing(rows: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value ?? '-'}`).join('\n');
}
