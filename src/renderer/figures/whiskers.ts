import type { Whiskers } from './figure.ts';

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Whiskers from the ends of intervals, one for each point; a point that is missing has none. */
export function whiskers(points: readonly (Interval | null)[], scale: number, color: string): Whiskers {
  const lengths = (end: 'low' | 'high') =>
    points.map((point) => (point === null ? 0 : scale * Math.abs(point[end] - point.value)));
  return {
    type: 'data',
    symmetric: false,
    array: lengths('high'),
    arrayminus: lengths('low'),
    color,
    thickness: 1.25,
    width: 4
  };
}
