/**
 * What several classifiers said about the same samples: arrays with one class for each sample. All counts are exact.
 */

/** Samples of each class. @param labels one class below `classes` for each sample */
export function classCounts(labels: ArrayLike<number>, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (let sample = 0; sample < labels.length; sample++) counts[labels[sample]!]!++;
  return counts;
}

/** Samples of each class that were recognized, and that only one of two classifiers recognized. */
export interface PairedByClass {
  readonly right: Int32Array;
  readonly onlyReference: Int32Array;
  readonly onlyOther: Int32Array;
}

/** Two classifiers class by class. @param labels, reference, other one class below `classes` for each sample */
export function pairedByClass(
  labels: ArrayLike<number>,
  reference: ArrayLike<number>,
  other: ArrayLike<number>,
  classes: number
): PairedByClass {
  const right = new Int32Array(classes);
  const onlyReference = new Int32Array(classes);
  const onlyOther = new Int32Array(classes);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample]!;
    const isReferenceRight = reference[sample] === label;
    const isOtherRight = other[sample] === label;
    if (isOtherRight) right[label]!++;
    if (isReferenceRight && !isOtherRight) onlyReference[label]!++;
    if (isOtherRight && !isReferenceRight) onlyOther[label]!++;
  }
  return { right, onlyReference, onlyOther };
}

/** How a sample divides a reference from others; each sample is of one kind. */
export const disagreement = {
  /** All say the same class. */
  none: 0,
  /** The reference is right and some other is not. */
  lost: 1,
  /** The reference is wrong and some other is right. */
  gained: 2,
  /** All are wrong, and not all say the same class. */
  wrong: 3
} as const;

/** The kind of disagreement of each sample. @param others at least one array as long as the labels */
export function disagreements(
  labels: ArrayLike<number>,
  reference: ArrayLike<number>,
  others: readonly ArrayLike<number>[]
): Uint8Array {
  const kinds = new Uint8Array(labels.length);
  for (const other of others) {
    for (let sample = 0; sample < labels.length; sample++) {
      if (other[sample] === reference[sample]) continue;
      const label = labels[sample]!;
      if (reference[sample] === label) kinds[sample] = disagreement.lost;
      else if (other[sample] === label) kinds[sample] = disagreement.gained;
      else if (kinds[sample] === disagreement.none) kinds[sample] = disagreement.wrong;
    }
  }
  return kinds;
}
