import type { AccuracyData } from './accuracy-series.ts';

/** Where the levels of a factor stand on the x axis, and how the axis runs. */
export interface FactorAxis {
  /** One position for each level. */
  readonly positions: readonly number[];
  readonly range: [number, number];
  /** The smallest distance of two levels. */
  readonly gap: number;
  /** +1 where positions rise to the right, -1 where they fall: 8 bits at the left, 2 at the right. */
  readonly direction: 1 | -1;
}

/**
 * Numbers stand at their value where that keeps neighbours apart; else, and for words, levels stand at 0, 1, 2, ...
 */
export function factorAxis(data: AccuracyData): FactorAxis {
  const values = data.numeric ? (data.levels as readonly number[]) : data.levels.map((_, index) => index);
  const scaled = data.numeric && smallestGap(values) >= 0.04 * (Math.max(...values) - Math.min(...values));
  const positions = scaled ? values : data.levels.map((_, index) => index);
  const gap = smallestGap(positions);
  const direction = positions.length > 1 && positions[1]! < positions[0]! ? -1 : 1;
  const first = positions[0] ?? 0;
  const last = positions.at(-1) ?? 0;
  const margin = 0.5 * gap * direction;
  return { positions, range: [first - margin, last + margin], gap, direction };
}

function smallestGap(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((value, index) => value - sorted[index]!);
  return gaps.length === 0 ? 1 : Math.min(...gaps);
}

/**
 * The sideways shift of each of `count` series, so that whiskers at the same level stand beside each other:
 * together at most half of the distance of two levels.
 */
export function dodge(count: number, axis: FactorAxis): number[] {
  const step = Math.min(0.1, 0.5 / Math.max(count, 1)) * axis.gap * axis.direction;
  return Array.from({ length: count }, (_, index) => (index - (count - 1) / 2) * step);
}
