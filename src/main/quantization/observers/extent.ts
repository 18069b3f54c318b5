import { BitlabError } from '../../../contract/index.ts';
import { referenceStatisticsKernels } from '../../kernels/reference/statistics/index.ts';
import type { Extent, ObservedExtent, ValueStatistics } from '../../kernels/statistics-kernels.ts';

export type { Extent, ObservedExtent } from '../../kernels/statistics-kernels.ts';

export const nothingObserved: ObservedExtent = {
  minimum: Infinity,
  maximum: -Infinity,
  allFinite: true,
  firstNaN: -1
};

/**
 * The smallest and the largest value, infinities left out: they would make the range infinite, and are clamped anyway.
 * @throws BitlabError VALUES_NAN
 */
export function extentOf(
  values: Float32Array,
  statistics: ValueStatistics = referenceStatisticsKernels.statisticsOf(values)
): ObservedExtent {
  const { extent } = statistics;
  if (extent.firstNaN >= 0) throw new BitlabError('VALUES_NAN', { index: extent.firstNaN });
  return extent;
}

export function union(a: Extent, b: Extent): Extent {
  return { minimum: Math.min(a.minimum, b.minimum), maximum: Math.max(a.maximum, b.maximum) };
}
