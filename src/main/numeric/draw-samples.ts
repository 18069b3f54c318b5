import { uniform } from './random.ts';

/** Tells these random numbers apart from all others of the same seed: the letters DRAW. */
const stream = 0x44524157;

/**
 * Draws `count` of the samples without putting any back: those with the smallest random keys, where a sample's key depends on the
 * seed and its number only. Stratified, each class gives its share of `count`, rounded so that the sum is right (largest remainder;
 * of equal ones the lower class), and the smallest keys are taken within each class.
 * @param labels the class of each sample
 * @returns the samples in rising order
 */
export function drawSamples(
  labels: Int32Array,
  count: number,
  { seed, stratified }: { readonly seed: number; readonly stratified: boolean }
): Int32Array {
  if (!Number.isInteger(count) || count < 0 || count > labels.length)
    throw new RangeError(`${count} of ${labels.length} samples cannot be drawn`);
  const keys = Float64Array.from(labels, (_, sample) => uniform(seed, stream, sample));
  const drawn: number[] = [];
  const draw = (from: number[], of: number) => {
    from.sort((a, b) => keys[a]! - keys[b]! || a - b);
    for (let i = 0; i < of; i++) drawn.push(from[i]!);
  };
  if (stratified) {
    const classes = samplesOfClasses(labels);
    const shares = sharesOf(
      classes.map(({ length }) => length),
      count
    );
    classes.forEach((samples, label) => draw(samples, shares[label]!));
  } else {
    draw(Array.from(labels.keys()), count);
  }
  return Int32Array.from(drawn).sort();
}

function samplesOfClasses(labels: Int32Array): number[][] {
  const classes: number[][] = [];
  for (const [sample, label] of labels.entries()) {
    while (classes.length <= label) classes.push([]);
    classes[label]!.push(sample);
  }
  return classes;
}

/** Whole shares of `count` in proportion to `sizes`. */
function sharesOf(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => Math.floor((count * size) / Math.max(1, total)));
  const remainders = sizes.map((size, index) => ({ index, remainder: (count * size) % Math.max(1, total) }));
  remainders.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let left = count - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of remainders) if (left-- > 0) shares[index]!++;
  return shares;
}
