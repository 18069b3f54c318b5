/** By how much a factor is changed, one ratio for each round. */
export const usualRatios: readonly number[] = [1.2, 1.1, 1.05];

/** What a descent found. */
export interface Descent {
  /** One for each coordinate. */
  readonly factors: Float64Array;
  /** The error there: never above that of all ones. */
  readonly error: number;
}

/**
 * Factors, one for each coordinate, that make an error small. In each round one coordinate after another is multiplied by the
 * round's ratio as long as the error falls, or, where it does not fall at once, divided by it. It finds a place that no single
 * step of the last ratio makes better by itself, not the least error of all. Nothing is random in it.
 * @param errorOf asked for the error of factors, which it must not keep; NaN counts as no better
 * @param onProgress told the fraction that is done
 */
export async function coordinateDescent(
  coordinates: number,
  errorOf: (factors: Float64Array) => Promise<number>,
  ratios: readonly number[],
  onProgress: (fraction: number) => void
): Promise<Descent> {
  const factors = new Float64Array(coordinates).fill(1);
  let error = await errorOf(factors);
  const climb = async (coordinate: number, ratio: number): Promise<boolean> => {
    for (let steps = 0; ; steps++) {
      const before = factors[coordinate]!;
      factors[coordinate] = before * ratio;
      const found = await errorOf(factors);
      if (!(found < error)) {
        factors[coordinate] = before;
        return steps > 0;
      }
      error = found;
    }
  };
  for (const [round, ratio] of ratios.entries()) {
    for (let coordinate = 0; coordinate < coordinates; coordinate++) {
      if (!(await climb(coordinate, ratio))) await climb(coordinate, 1 / ratio);
      onProgress((round + (coordinate + 1) / coordinates) / ratios.length);
    }
  }
  return { factors, error };
}
