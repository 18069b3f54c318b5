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

/**
 * Brings the kinds of disagreement of a reference with others up to date with one more of them: begin with zeros. The order of the
 * others does not matter.
 * @param kinds one of `disagreement` for each sample, written to
 */
export function addDisagreements(
  kinds: Uint8Array,
  labels: ArrayLike<number>,
  reference: ArrayLike<number>,
  other: ArrayLike<number>
): void {
  for (let sample = 0; sample < labels.length; sample++) {
    if (other[sample] === reference[sample]) continue;
    const label = labels[sample]!;
    if (reference[sample] === label) kinds[sample] = disagreement.lost;
    else if (other[sample] === label) kinds[sample] = disagreement.gained;
    else if (kinds[sample] === disagreement.none) kinds[sample] = disagreement.wrong;
  }
}
