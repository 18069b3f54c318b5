/** A round number on an axis, as it is written there. */
export interface RoundTick {
  readonly value: number;
  readonly text: string;
}

/**
 * Round numbers from `least` to `most` (both finite), about `count` of them: multiples of 1, 2 or 5 times a power of ten. Where both
 * are the same, that one number to four digits.
 */
export function roundTicks(least: number, most: number, count = 5): RoundTick[] {
  if (!(most > least)) return [{ value: least, text: String(Number(least.toPrecision(4))) }];
  const rough = (most - least) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, text: value.toFixed(decimals).replace('-', '−') };
  });
}
