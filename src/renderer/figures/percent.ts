/** Decimals of a percentage of `count` samples: no more than the samples can tell, two at most. */
export function percentDigits(count: number): 1 | 2 {
  return count >= 1000 ? 2 : 1;
}

/** A proportion with its interval as hover texts have it: `91.55 % (95 %: 90.25 to 92.69)`. */
export function percentInterval(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  count: number
): string {
  const [middle, lower, upper] = [value, low, high].map((share) => percentText(share, count));
  return `${middle} % (95 %: ${lower} to ${upper})`;
}

/** A proportion as a percentage: 0.9155 of 2,000 samples is `91.55`. */
export function percentText(proportion: number, count: number): string {
  return (100 * proportion).toFixed(percentDigits(count));
}
