/** From 0 to 100 %, or only the 15 points below the best interval's end, where results that are close part. */
export type AccuracyScale = 'whole' | 'top';

/** @param highs upper ends of intervals, as proportions @returns the range of an axis in percent */
export function accuracyRange(highs: readonly number[], scale: AccuracyScale): [number, number] {
  if (scale === 'whole' || highs.length === 0) return [0, 100];
  const high = Math.min(100, Math.ceil(100 * Math.max(...highs)));
  return [Math.max(0, high - 15), high];
}
