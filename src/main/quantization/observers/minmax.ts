import type { ValueStatistics } from '../../kernels/statistics-kernels.ts';
import type { Collector } from './collector.ts';
import { extentOf, nothingObserved, union, type Extent } from './extent.ts';

/** The running minimum and maximum (PyTorch's `MinMaxObserver` and `PerChannelMinMaxObserver`). */
export class MinmaxCollector implements Collector {
  #extent: Extent = nothingObserved;

  get extent(): Extent {
    return this.#extent;
  }

  add(values: Float32Array, statistics?: ValueStatistics): void {
    this.#extent = union(this.#extent, extentOf(values, statistics));
  }
}
