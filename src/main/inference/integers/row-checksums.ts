import type { Tensor } from '../../numeric/tensor.ts';

/**
 * Two sums over each row of an array: of its values, and of its values times their place in the row, from 1. Where one value of
 * a row was changed, the difference of the second over that of the first is its place, and the first gives the value back, so
 * that check.py can name it. Exact: values have 16 bits at most, and those of 32 bits (float32, too) are taken in two halves.
 */
export interface RowChecksums {
  /** For each row its sum; for values of 32 bits that of the lower halves, then that of the upper ones, both unsigned. */
  readonly sums: number[];
  readonly weighted: number[];
}

/** @param tensor rows run along its first axis; a vector is one row */
export function rowChecksums({ shape, data }: Tensor): RowChecksums {
  const rows = shape.length > 1 ? shape[0]! : 1;
  const planes = data.BYTES_PER_ELEMENT === 4 ? 2 : 1;
  // Both .npy and every machine that we run on have the lower half first.
  const values =
    planes === 2 ? new Uint16Array(data.buffer, data.byteOffset, data.length * 2) : (data as Int16Array);
  const length = data.length / rows;
  const sums: number[] = [];
  const weighted: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let plane = 0; plane < planes; plane++) {
      let sum = 0;
      let weightedSum = 0;
      for (let i = 0; i < length; i++) {
        const value = values[(row * length + i) * planes + plane]!;
        sum += value;
        weightedSum += value * (i + 1);
      }
      sums.push(sum);
      weighted.push(weightedSum);
    }
  }
  return { sums, weighted };
}
