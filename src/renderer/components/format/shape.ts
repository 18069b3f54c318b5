/** A tensor's shape: `64 × 3 × 3 × 3`; a scalar's is `1`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? '1' : shape.join(' × ');
}
