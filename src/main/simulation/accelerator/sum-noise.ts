/**
 * The Gaussian error of a sum of a tile, as a function of the sum: where the sum is v in units of full scale, the variance is
 * additive^2 + shot^2 |v| + proportional^2 v^2. Thermal noise and noise of the dark current are additive, shot noise grows with
 * the root of the light, and intensity noise of the laser (RIN) in proportion to it.
 */
export interface SumNoise {
  /** Standard deviation at a sum of 0, in units of full scale. */
  readonly additive: number;
  /** Standard deviation that shot noise alone has at full scale. */
  readonly shot: number;
  /** Standard deviation that proportional errors alone have at full scale. */
  readonly proportional: number;
}

/** Independent errors of the same sum, together. */
export function together(a: SumNoise, b: SumNoise): SumNoise {
  return {
    additive: Math.hypot(a.additive, b.additive),
    shot: Math.hypot(a.shot, b.shot),
    proportional: Math.hypot(a.proportional, b.proportional)
  };
}

/** @param sum in units of full scale @returns the standard deviation of its error, in the same */
export function sumDeviation({ additive, shot, proportional }: SumNoise, sum: number): number {
  return Math.sqrt(additive ** 2 + shot ** 2 * Math.abs(sum) + (proportional * sum) ** 2);
}
