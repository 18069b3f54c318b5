import { BitlabError } from '../../contract/index.ts';
import type { TensorData } from '../numeric/tensor.ts';

/** More classes than any classifier has; a larger label is a mistake, such as a pixel value or an identifier. */
export const mostClasses = 100_000;

/**
 * Integer labels of any width as Int32Array.
 * @throws BitlabError DATA_LABEL_OUT_OF_RANGE for labels that are negative or not below `classes`
 */
export function checkedLabels(data: TensorData, classes: number): Int32Array {
  const labels = new Int32Array(data.length);
  for (let index = 0; index < data.length; index++) {
    const label = data[index]!;
    if (label < 0 || label >= classes)
      throw new BitlabError('DATA_LABEL_OUT_OF_RANGE', { label: String(label), index, classes });
    labels[index] = Number(label);
  }
  return labels;
}

/** The largest label plus one. */
export function classesOf(labels: Int32Array): number {
  return labels.reduce((classes, label) => Math.max(classes, label + 1), 0);
}

/** How many samples each class has. */
export function classCounts(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
