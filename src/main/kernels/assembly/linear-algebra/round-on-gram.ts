import { multiplyPacked, packA, packB, packedABytes, packedBBytes, tileBytes } from './gemm';
import { relax, updateRounding } from './rounding';

/** Scratch for the packed Gram matrix and differences, the products, the differences and their slope. */
export function roundOnGramScratchBytes(outputs: i32, inputs: i32): usize {
  return (
    packedBBytes(inputs, inputs) +
    packedABytes(outputs, inputs) +
    tileBytes(outputs, inputs) +
    ((<usize>((outputs * inputs + 3) & ~3)) << 3)
  );
}

/**
 * Iterations of AdaRound on a quadratic error: slope = f32(f32((difference Gram) + offset) * rowWeight), as `gemm` multiplies.
 * @param schedule three float32 for each iteration: beta, the regularizer's weight, the learning rate with Adam's corrections
 */
export function roundOnGram(
  v: usize,
  first: usize,
  second: usize,
  base: usize,
  step: usize,
  gram: usize,
  offset: usize,
  rowWeight: usize,
  outputs: i32,
  inputs: i32,
  schedule: usize,
  iterations: i32,
  scratch: usize
): void {
  const count = outputs * inputs;
  const packedGram = scratch;
  const packedDifference = packedGram + packedBBytes(inputs, inputs);
  const tiles = packedDifference + packedABytes(outputs, inputs);
  const difference = tiles + tileBytes(outputs, inputs);
  const slope = difference + ((<usize>((count + 3) & ~3)) << 2);
  packB(gram, inputs, 1, inputs, inputs, packedGram);
  for (let iteration = 0; iteration < iterations; iteration++) {
    relax(v, base, step, difference, count);
    packA(difference, inputs, 1, outputs, inputs, packedDifference);
    multiplyPacked(packedDifference, packedGram, tiles, outputs, inputs, inputs);
    slopeFrom(tiles, offset, rowWeight, slope, outputs, inputs);
    const now = schedule + <usize>iteration * 12;
    updateRounding(
      v,
      first,
      second,
      step,
      slope,
      count,
      load<f32>(now),
      load<f32>(now, 4),
      load<f32>(now, 8)
    );
  }
}

function slopeFrom(
  tiles: usize,
  offset: usize,
  rowWeight: usize,
  slope: usize,
  outputs: i32,
  inputs: i32
): void {
  const rowPanels = (outputs + 3) >> 2;
  for (let row = 0; row < outputs; row++) {
    const weight = load<f32>(rowWeight + ((<usize>row) << 2));
    const start = (<usize>row * inputs) << 2;
    for (let column = 0; column < inputs; column++) {
      const tile = tiles + ((<usize>(column >> 3) * rowPanels + (row >> 2)) << 7);
      const product = load<f32>(tile + (((row & 3) << 5) | ((column & 7) << 2)));
      const at = start + ((<usize>column) << 2);
      store<f32>(slope + at, (product + load<f32>(offset + at)) * weight);
    }
  }
}
