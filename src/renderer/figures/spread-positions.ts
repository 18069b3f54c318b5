/**
 * Positions for labels that would overlap: as near to `values` as can be (least squares) with at least `gap` between
 * neighbours, in the same order. Pools adjacent violators. Returns one position for each value.
 */
export function spreadPositions(values: readonly number[], gap: number): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const pools: { mean: number; size: number }[] = [];
  for (const [rank, index] of order.entries()) {
    let pool = { mean: values[index]! - rank * gap, size: 1 };
    for (let last = pools.at(-1); last !== undefined && last.mean > pool.mean; last = pools.at(-1)) {
      const size = last.size + pool.size;
      pool = { mean: (last.mean * last.size + pool.mean * pool.size) / size, size };
      pools.pop();
    }
    pools.push(pool);
  }
  const positions = new Array<number>(values.length);
  let rank = 0;
  for (const pool of pools) {
    for (let member = 0; member < pool.size; member++, rank++) {
      positions[order[rank]!] = pool.mean + rank * gap;
    }
  }
  return positions;
}
