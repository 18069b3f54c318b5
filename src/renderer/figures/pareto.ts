/** Something that has a price and a worth. */
export interface Priced {
  readonly cost: number;
  readonly value: number;
}

/**
 * Which points no other beats: none costs less, or as much, and is worth more, or as much, unless it is the same in both.
 * @returns for each point whether it is on the front
 */
export function onFront(points: readonly Priced[]): boolean[] {
  return points.map(
    (point) =>
      !points.some(
        (other) =>
          other.cost <= point.cost &&
          other.value >= point.value &&
          (other.cost < point.cost || other.value > point.value)
      )
  );
}
