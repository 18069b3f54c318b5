/** Decimals of a percentage of `count` samples: no more than the samples can tell, two at most. */
export function percentDigits(count: number): 1 | 2 {
  return count >= 1000 ? 2 : 1;
}

/** A proportion as a percentage: 0.9155 of 2,000 samples is `91.55`. */
export function percentText(proportion: number, count: number): string {
  return (100 * proportion).toFixed(percentDigits(count));
}
