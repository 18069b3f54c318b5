/**
 * Extends an extent by values; what of NaN and infinities gets into its ends is not defined.
 * @param state the smallest values (float32 x 4), the largest (float32 x 4), and the largest of the values' bits shifted left by
 * one (uint32 x 4), which are 0xff000000 or more where a value is not finite
 */
export function addToExtent(values: usize, length: i32, state: usize): void {
  let smallest = v128.load(state);
  let largest = v128.load(state, 16);
  let magnitude = v128.load(state, 32);
  let otherSmallest = smallest;
  let otherLargest = largest;
  let otherMagnitude = magnitude;
  const end = values + (<usize>length << 2);
  while (values + 32 <= end) {
    const one = v128.load(values);
    const other = v128.load(values, 16);
    smallest = f32x4.pmin(smallest, one);
    largest = f32x4.pmax(largest, one);
    magnitude = i32x4.max_u(magnitude, i32x4.shl(one, 1));
    otherSmallest = f32x4.pmin(otherSmallest, other);
    otherLargest = f32x4.pmax(otherLargest, other);
    otherMagnitude = i32x4.max_u(otherMagnitude, i32x4.shl(other, 1));
    values += 32;
  }
  while (values < end) {
    const one = v128.load32_splat(values);
    smallest = f32x4.pmin(smallest, one);
    largest = f32x4.pmax(largest, one);
    magnitude = i32x4.max_u(magnitude, i32x4.shl(one, 1));
    values += 4;
  }
  v128.store(state, f32x4.pmin(smallest, otherSmallest));
  v128.store(state, f32x4.pmax(largest, otherLargest), 16);
  v128.store(state, i32x4.max_u(magnitude, otherMagnitude), 32);
}
