import type { CsvRows } from './csv-rows.ts';
import type { FoundColumn, FoundResults } from './found-results.ts';
import { soundsMeasured } from './metric-suggestion.ts';
import { writtenNumber } from './written-number.ts';

/**
 * A table as TensorBoard's HParams plugin exports it ("Download data as CSV"): a row for each combination of hyperparameters,
 * whose columns come first, and behind them the metrics. Where these begin the file does not say: at the first column of numbers
 * whose name sounds measured, else at the last column.
 */
export function tensorboardResults({ header, rows }: CsvRows): Omit<FoundResults, 'fileHash'> {
  const numeric = header.map((_name, column) =>
    rows.every(({ cells }) => {
      const cell = cells[column]!.trim();
      return cell === '' || writtenNumber(cell) !== null || /^[+-]?(nan|inf(inity)?)$/i.test(cell);
    })
  );
  const named = header.flatMap((name, index) => (name === '' ? [] : [index]));
  const begin = named.find((index) => numeric[index] && soundsMeasured(header[index]!)) ?? named.at(-1)!;
  const columns = named.map((index): FoundColumn => {
    const name = header[index]!;
    return { key: name, name, kind: index >= begin && numeric[index] ? 'metric' : 'setting' };
  });
  return {
    format: 'tensorboard',
    formatText: 'TensorBoard HParams, CSV',
    columns,
    runs: rows.map(({ line, cells }) => ({
      place: `line ${line}`,
      sourceId: null,
      url: null,
      name: '',
      experiment: null,
      status: 'finished',
      startedAt: null,
      endedAt: null,
      durationSeconds: null,
      tags: [],
      note: '',
      cells: named.flatMap((index, column) => {
        const cell = cells[index]!.trim();
        return cell === '' ? [] : [[column, cell] as const];
      })
    })),
    problems: []
  };
}
