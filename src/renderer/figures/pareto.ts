/** Something that has a price and a worth. */
export interface Priced {
  readonly cost: number;
  readonly value: number;
}

/**
 * Which points no other beats: none costs less, or as much, and is worth more, or as much, unless it is the same in both. In the
 * order of their costs, a point is on the front where it is worth more than all cheaper ones, and no less than those as cheap.
 * @returns for each point whether it is on the front
 */
export function onFront(points: readonly Priced[]): boolean[] {
  const order = points.map((_, index) => index);
  order.sort((a, b) => points[a]!.cost - points[b]!.cost || points[b]!.value - points[a]!.value);
  const front = new Array<boolean>(points.length).fill(false);
  /** The most that is had for less than the current cost, and for it. */
  let cheaper = -Infinity;
  let most = -Infinity;
  let cost = -Infinity;
  for (const index of order) {
    const point = points[index]!;
    if (point.cost > cost) {
      cheaper = Math.max(cheaper, most);
      cost = point.cost;
      most = point.value;
    }
    front[index] = point.value === most && point.value > cheaper;
  }
  return front;
}
