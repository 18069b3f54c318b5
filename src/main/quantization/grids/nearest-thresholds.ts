import { nearestCode, type ScaledLevels } from './grid.ts';

/**
 * Where the nearest level changes: entry k is the smallest float32 number whose code is above k. It is searched for among all
 * float32 numbers between both levels with `nearestCode` itself, so that comparing with it gives the same codes, ties included.
 * @returns one entry fewer than there are levels, in rising order
 */
export function nearestThresholds(levels: ScaledLevels): Float32Array {
  const { values } = levels;
  return Float32Array.from({ length: values.length - 1 }, (_, code) => {
    let below = orderOf(values[code]!);
    let above = orderOf(values[code + 1]!);
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      if (nearestCode(levels, numberAt(middle)) > code) above = middle;
      else below = middle;
    }
    return numberAt(above);
  });
}

/** The largest float32 number below another one, which is finite. */
export function float32Below(value: number): number {
  return numberAt(orderOf(value) - 1);
}

const bits = new DataView(new ArrayBuffer(4));

/** The place of a float32 number among all in rising order: neighbours differ by one, and zero is 0. */
function orderOf(value: number): number {
  bits.setFloat32(0, value);
  const pattern = bits.getInt32(0);
  return pattern < 0 ? -(pattern & 0x7fffffff) : pattern;
}

function numberAt(order: number): number {
  bits.setInt32(0, order < 0 ? -order | 0x80000000 : order);
  return bits.getFloat32(0);
}
