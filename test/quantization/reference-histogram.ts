import { f32, rint } from '../../src/main/numeric/float32.ts';

/**
 * PyTorch's histogram observer in its own steps, one float32 operation at a time and with all its intermediate arrays: slow, and
 * what the fast code must equal.
 */
export const bins = 2048;

/** `torch.histc`, dividing as it does. */
export function histc(values: Float32Array, low: number, high: number): Float64Array {
  if (low === high) {
    low = Math.min(...values);
    high = Math.max(...values);
    if (low === high) [low, high] = [f32(low - 1), f32(high + 1)];
  }
  const counts = new Float64Array(bins);
  for (const x of values) {
    if (!(x >= low && x <= high)) continue;
    const bin = Math.trunc(f32(f32(f32(x - low) * bins) / f32(high - low)));
    counts[Math.min(bin, bins - 1)]!++;
  }
  return counts;
}

export interface State {
  minimum: number;
  maximum: number;
  counts: Float64Array;
}

/** `HistogramObserver.forward` of 1.13.1. */
export function observeTorch113(state: State | null, x: Float32Array): State {
  const [minimum, maximum] = [Math.min(...x), Math.max(...x)];
  if (state === null || state.minimum === state.maximum)
    return { minimum, maximum, counts: histc(x, Math.trunc(minimum), Math.trunc(maximum)) };
  const up = 128;
  const combinedMinimum = Math.min(state.minimum, minimum);
  let combinedMaximum = Math.max(state.maximum, maximum);
  const w = f32(f32(state.maximum - state.minimum) / (bins * up));
  const down = Math.ceil(f32(f32(combinedMaximum - combinedMinimum) / f32(bins * w)));
  const excess = f32(f32(down * f32(bins * w)) - f32(combinedMaximum - combinedMinimum));
  const start = rint(f32(f32(state.minimum - combinedMinimum) / w));
  combinedMaximum = f32(combinedMaximum + excess);
  const counts = histc(x, Math.trunc(combinedMinimum), Math.trunc(combinedMaximum));
  if (combinedMinimum === state.minimum && combinedMaximum === state.maximum) {
    for (let i = 0; i < bins; i++) counts[i] = f32(counts[i]! + state.counts[i]!);
  } else {
    const fine = new Float32Array(bins * down);
    for (let i = 0; i < bins * up; i++) fine[start + i] = state.counts[Math.floor(i / up)]!;
    let sum = 0;
    const integral: number[] = [];
    for (let i = 0; i < fine.length; i++) {
      sum += fine[i]!;
      if (i % down === down - 1) integral.push(sum);
    }
    for (let i = 0; i < bins; i++) {
      const shifted = i === 0 ? 0 : f32(integral[i - 1]!);
      counts[i] = f32(counts[i]! + f32((integral[i]! - shifted) / up));
    }
  }
  return { minimum: combinedMinimum, maximum: combinedMaximum, counts };
}

/** `_compute_quantization_error`; the terms are added in four sums. */
export function quantizationError(state: State, first: number, last: number, levels: number): number {
  const binWidth = (state.maximum - state.minimum) / bins;
  const levelWidth = (binWidth * (last - first + 1)) / levels;
  if (levelWidth === 0) return 0;
  const [b, d] = [f32(binWidth), f32(levelWidth)];
  const half = f32(levelWidth / 2);
  const levelOf = (place: number) => Math.min(Math.max(Math.floor(place / d), 0), levels - 1);
  const cube = (x: number) => f32(f32(x * x) * x);
  const totals = [0, 0, 0, 0];
  for (let i = 0; i < bins; i++) {
    const density = f32(f32(state.counts[i]!) / b);
    const integral = (from: number, to: number) => f32(density * f32(f32(cube(to) - cube(from)) / 3));
    const begin = f32(f32(i - first) * b);
    const end = f32(begin + b);
    const [l0, l1] = [levelOf(begin), levelOf(end)];
    let norm = integral(f32(begin - f32(f32(l0 + 0.5) * d)), half);
    norm = f32(norm + f32(f32(f32(l1 - l0) - 1) * integral(-half, half)));
    norm = f32(norm + integral(-half, f32(end - f32(f32(l1 * d) + half))));
    totals[i % 4]! += norm;
  }
  return totals[0]! + totals[1]! + (totals[2]! + totals[3]!);
}

/** `_non_linear_param_search`. */
export function search(state: State, levels: number): [number, number] {
  const cumulative: number[] = [];
  let sum = 0;
  for (const count of state.counts) cumulative.push(f32((sum += f32(count))));
  const total = f32(sum);
  let [alpha, beta, first, last, best] = [0, 1, 0, bins - 1, Infinity];
  while (alpha < beta) {
    const [nextAlpha, nextBeta] = [alpha + 1e-5, beta - 1e-5];
    let [left, right] = [first, last];
    while (left < last && cumulative[left]! < f32(nextAlpha * total)) left++;
    while (right > first && cumulative[right]! > f32(nextBeta * total)) right--;
    const before = [first, last];
    let candidate = [first, right];
    if (left - first > last - right) {
      candidate = [left, last];
      alpha = nextAlpha;
    } else beta = nextBeta;
    if (candidate[0] === before[0] && candidate[1] === before[1]) continue;
    const error = quantizationError(state, candidate[0]!, candidate[1]!, levels);
    if (error > best) break;
    [best, first, last] = [error, candidate[0]!, candidate[1]!];
  }
  const width = f32(f32(state.maximum - state.minimum) / bins);
  return [f32(state.minimum + f32(width * first)), f32(state.minimum + f32(width * (last + 1)))];
}
