import { BitlabError } from '../../../contract/index.ts';
import type { TilePass } from '../../kernels/accelerator-kernels.ts';
import type { Slice } from './slicing.ts';

/**
 * An imported table as a pass reads it: a row for each slice code of an activation, a column for each of a weight. On a signed
 * rail a weight is a pair of devices, the other at code 0, so that columns go from -(2^bits - 1) to 2^bits - 1, with
 * table(x, w) - table(x, 0) for w above 0 and the negative of it below.
 * @throws BitlabError CONFIGURATION_CONFLICT where the table is too small
 */
export function productTable(
  layer: string,
  { columns, values }: { readonly columns: number; readonly values: readonly number[] },
  activation: Slice,
  weight: Slice,
  isSigned: boolean
): NonNullable<TilePass['products']> {
  const rows = values.length / columns;
  const neededRows = activation.largest + 1;
  const neededColumns = weight.largest + 1;
  if (rows < neededRows || columns < neededColumns) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The table of products has ${rows} activation codes and ${columns} weight codes, and ${layer} needs ${neededRows} and ${neededColumns}`,
      advice:
        'Import a larger table, or set accelerator.slicing or the bits of weights and activations to what it has.'
    });
  }
  const codes = 2 ** weight.bits;
  const entry = (row: number, column: number) =>
    values[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)]!;
  const width = isSigned ? 2 * codes - 1 : codes;
  const table = new Float32Array(2 ** activation.bits * width);
  for (let i = 0; i < table.length; i++) {
    const row = Math.floor(i / width);
    const column = i % width;
    if (!isSigned) table[i] = entry(row, column);
    else {
      const code = column - (codes - 1);
      const difference = entry(row, Math.abs(code)) - entry(row, 0);
      table[i] = code < 0 ? -difference : difference;
    }
  }
  return { values: table, columns: width };
}
