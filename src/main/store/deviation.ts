import type { Connection } from './connection.ts';

interface Moments {
  count: number;
  mean: number;
  /** Sum of the squared differences from the mean. */
  squares: number;
}

/**
 * Adds the SQL aggregate `deviation(x)`: the sample standard deviation (n - 1) of the numbers that are not null, by Welford's
 * recurrence (Technometrics 4, 1962), which is exactly 0 for equal numbers; null for fewer than two.
 */
export function registerDeviation(connection: Connection): void {
  connection.aggregate('deviation', {
    deterministic: true,
    start: (): Moments => ({ count: 0, mean: 0, squares: 0 }),
    step: (moments: Moments, next: unknown) => {
      const value = next as number | null;
      if (value === null) return moments;
      moments.count++;
      const before = value - moments.mean;
      moments.mean += before / moments.count;
      moments.squares += before * (value - moments.mean);
      return moments;
    },
    result: ({ count, squares }: Moments) => (count < 2 ? null : Math.sqrt(squares / (count - 1)))
  });
}
