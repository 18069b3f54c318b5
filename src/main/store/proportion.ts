import type { Proportion } from '../../contract/index.ts';
import { wilsonInterval } from '../numeric/statistics.ts';

/** A share of the samples with its interval. */
export function proportion(value: number | undefined, samples: number): Proportion | null {
  if (value === undefined || samples < 1) return null;
  return wilsonInterval(Math.min(samples, Math.max(0, Math.round(value * samples))), samples);
}
