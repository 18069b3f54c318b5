import { BitlabError } from '../../contract/index.ts';
import { f32 } from '../numeric/float32.ts';
import type { Collector } from './observers/collector.ts';
import { extentOf, nothingObserved, union, type Extent } from './observers/extent.ts';
import { binCount } from './observers/histogram.ts';
import type { QuantizerSettings } from './quantizer.ts';

/** More bits have as many levels as the histogram has bins, or nearly so, and the divergence says nothing. */
const mostBits = 8;
/** What the quantized form has in a bin where it has nothing and the reference has something. */
const missingShare = 1e-4;

/**
 * Collects a histogram of magnitudes with 2,048 bins that begin at zero. Where a larger magnitude comes, the bins grow to double
 * their width as often as needed, two by two into one, so that counts stay exact. Infinities are ignored.
 */
export class MagnitudeCollector implements Collector {
  #extent: Extent = nothingObserved;
  #width = 0;
  #counts = new Float64Array(binCount);

  get extent(): Extent {
    return this.#extent;
  }

  /** Width and counts of the bins; the width is 0 as long as all values were zero. */
  get bins(): { readonly width: number; readonly counts: Float64Array } {
    return { width: this.#width, counts: this.#counts };
  }

  /** @throws BitlabError VALUES_NAN, with nothing of the batch collected */
  add(values: Float32Array): void {
    const batch = extentOf(values);
    if (batch.minimum > batch.maximum) return;
    this.#extent = union(this.#extent, batch);
    const largest = Math.max(-batch.minimum, batch.maximum);
    if (this.#width === 0 && largest > 0) this.#width = largest / binCount;
    while (largest > this.#width * binCount) this.#double();
    for (const value of values) {
      const magnitude = Math.abs(value);
      if (magnitude === Infinity) continue;
      const bin = this.#width === 0 ? 0 : Math.min(Math.floor(magnitude / this.#width), binCount - 1);
      this.#counts[bin]!++;
    }
  }

  #double(): void {
    const half = binCount / 2;
    for (let bin = 0; bin < half; bin++)
      this.#counts[bin] = this.#counts[2 * bin]! + this.#counts[2 * bin + 1]!;
    this.#counts.fill(0, half);
    this.#width *= 2;
  }
}

/**
 * The range whose quantized distribution loses the least information: the threshold t for which the Kullback-Leibler divergence
 * of the magnitudes, cut at t, to their quantized form is smallest (S. Migacz: "8-bit Inference with TensorRT", GTC 2017). What lies
 * beyond t counts as the last bin of the reference; the quantized form spreads each level's count over those of its bins that hold
 * something. Where that leaves the last bin empty, it gets a share of 0.0001, taken evenly from the others (the talk does not say
 * how to compare there; MXNet's implementation of it smooths by this amount). The threshold is (number of bins + 0.5) * width, as
 * in the talk, and at most the largest magnitude.
 *
 * Magnitudes have 2^(bits - 1) levels; all 2^bits where the scheme is affine and no value is negative.
 * @throws BitlabError CONFIGURATION_CONFLICT for more than 8 bits
 */
export function entropyRange(collector: MagnitudeCollector, settings: QuantizerSettings): Extent {
  const { extent } = collector;
  if (settings.bits > mostBits) {
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The entropy observer is for ${mostBits} bits or fewer, and ${settings.bits} were asked for`,
      advice: 'Choose the observer mse or histogram for more bits.'
    });
  }
  const { width, counts } = collector.bins;
  if (extent.minimum > extent.maximum || width === 0) return extent;
  const isOneSided = settings.scheme === 'affine' && extent.minimum >= 0;
  const levels = 2 ** (isOneSided ? settings.bits : settings.bits - 1);
  const bins = leastDivergence(withoutZeros(counts), levels);
  const threshold = bins === binCount ? Infinity : f32((bins + 0.5) * width);
  return { minimum: Math.max(extent.minimum, -threshold), maximum: Math.min(extent.maximum, threshold) };
}

/**
 * The first bin as full as the second. A Relu puts half of all values at exactly zero, which every range represents; left among the
 * others they would be spread over the bins of the lowest level, and the divergence would favour ranges of next to nothing.
 * NVIDIA's calibrator does the same (pytorch-quantization, calib/histogram.py: `bins[0] = bins[1]`).
 */
function withoutZeros(counts: Float64Array): Float64Array {
  const others = counts.slice();
  others[0] = counts[1]!;
  return others;
}

/**
 * How many bins to keep; the first of equally good numbers. As in the talk there are at least as many bins as levels; and so many of
 * them hold something, or nine tenths of all that do where these are fewer. Otherwise the levels would hold the few values apart,
 * and the divergence would be nothing whatever is cut off: pictures of 256 values leave most bins empty.
 */
export function leastDivergence(counts: Float64Array, levels: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let best = counts.length;
  let least = Infinity;
  const enough = Math.min(levels, Math.ceil(0.9 * counts.filter((count) => count > 0).length));
  let inside = 0;
  let occupied = 0;
  for (let bins = 1; bins <= counts.length; bins++) {
    inside += counts[bins - 1]!;
    if (counts[bins - 1]! > 0) occupied++;
    if (bins < levels || occupied < enough || inside === 0) continue;
    const divergence = divergenceOf(counts, bins, levels, inside, total);
    if (divergence < least) {
      least = divergence;
      best = bins;
    }
  }
  return best;
}

/** KL(P || Q) in nats. @param inside the sum of the first `bins` counts */
function divergenceOf(
  counts: Float64Array,
  bins: number,
  levels: number,
  inside: number,
  total: number
): number {
  const outside = total - inside;
  const isLastMissing = counts[bins - 1] === 0 && outside > 0;
  const others = isLastMissing ? 1 - missingShare : 1;
  let divergence = isLastMissing ? (outside / total) * Math.log(outside / total / missingShare) : 0;
  for (let level = 0; level < levels; level++) {
    const start = Math.floor((level * bins) / levels);
    const end = Math.floor(((level + 1) * bins) / levels);
    let sum = 0;
    let occupied = 0;
    for (let bin = start; bin < end; bin++) {
      const count = counts[bin]!;
      sum += count;
      if (count > 0) occupied++;
    }
    const q = (others * sum) / occupied / inside;
    for (let bin = start; bin < end; bin++) {
      if (counts[bin] === 0) continue;
      const p = (counts[bin]! + (bin === bins - 1 ? outside : 0)) / total;
      divergence += p * Math.log(p / q);
    }
  }
  return divergence;
}
