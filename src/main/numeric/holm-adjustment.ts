/**
 * P values corrected for how many there are, by Holm's step-down method (Scandinavian Journal of Statistics 6, 1979): rejecting
 * where the result is below a level makes the chance of any false rejection in the family at most that level, however the tests
 * depend on one another.
 * @returns in the order given: the largest of min(1, (m - rank) p) over all p values up to this one, ranks counted from 0
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
