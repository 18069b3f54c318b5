import type { ObservedExtent, StatisticsKernels, ValueStatistics } from '../../statistics-kernels.ts';
import { countValues } from './count.ts';
import { extentOf } from './extent.ts';
import { quantizationError } from './quantization-error.ts';

/** The plain implementation. */
export const referenceStatisticsKernels: StatisticsKernels = {
  statisticsOf: (values) => new PlainStatistics(values),
  quantizationError
};

class PlainStatistics implements ValueStatistics {
  readonly #values: Float32Array;
  #extent: ObservedExtent | null = null;

  constructor(values: Float32Array) {
    this.#values = values;
  }

  get extent(): ObservedExtent {
    return (this.#extent ??= extentOf(this.#values));
  }

  count(low: number, high: number): Float64Array {
    const { minimum, maximum, allFinite } = this.extent;
    return countValues(this.#values, low, high, allFinite && low <= minimum && high >= maximum);
  }
}
