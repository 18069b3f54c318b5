import type { ValueStatistics } from '../../kernels/statistics-kernels.ts';
import { f32 } from '../../numeric/float32.ts';
import type { Collector } from './collector.ts';
import { extentOf, nothingObserved, type Extent } from './extent.ts';

/** PyTorch's default `averaging_constant`. */
const averagingConstant = f32(0.01);

/**
 * Exponential moving averages of the batches' minima and maxima, in float32; the first batch sets them (PyTorch's
 * `MovingAverageMinMaxObserver` and `MovingAveragePerChannelMinMaxObserver`).
 */
export class MovingAverageCollector implements Collector {
  #extent: Extent = nothingObserved;

  get extent(): Extent {
    return this.#extent;
  }

  add(values: Float32Array, statistics?: ValueStatistics): void {
    const current = extentOf(values, statistics);
    if (current.minimum > current.maximum) return;
    const known = this.#extent;
    this.#extent =
      known.minimum > known.maximum
        ? current
        : { minimum: moved(known.minimum, current.minimum), maximum: moved(known.maximum, current.maximum) };
  }
}

function moved(average: number, current: number): number {
  const step = f32(averagingConstant * f32(current - average));
  // Only the difference of two huge values of opposite signs overflows float32.
  return f32(average + (Number.isFinite(step) ? step : averagingConstant * (current - average)));
}
