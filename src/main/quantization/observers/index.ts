import { referenceStatisticsKernels } from '../../kernels/reference/statistics/index.ts';
import type { StatisticsKernels } from '../../kernels/statistics-kernels.ts';
import type { Observer, ObserverDialect, ObserverKind } from '../quantizer.ts';
import { nothingObserved } from './extent.ts';
import { searchRange } from './histogram-search.ts';
import { HistogramCollectorTorch113 } from './histogram-torch-1-13.ts';
import { HistogramCollectorTorch } from './histogram-torch.ts';
import type { RangeRule } from './collector.ts';
import type { HistogramCollector } from './histogram.ts';
import { leastErrorRange } from './mean-squared-error.ts';
import { MinmaxCollector } from './minmax.ts';
import { MovingAverageCollector } from './moving-average.ts';
import { entropyRange, MagnitudeCollector } from '../entropy.ts';
import { PercentileCollector, usualPercentile } from '../percentile.ts';
import { ObserverOfChannels, type RangeRules } from './observer-of-channels.ts';

const histogramRules = (kernels: StatisticsKernels): RangeRules<HistogramCollector> => ({
  histogram: (collector, _settings, destinationLevels) => {
    const histogram = collector.histogram();
    return histogram === null ? nothingObserved : searchRange(histogram, destinationLevels, kernels);
  },
  mse: leastErrorRule,
  // Where the search over the whole network begins (src/main/inference/range-search.ts).
  'output-error': leastErrorRule
});

const leastErrorRule: RangeRule<HistogramCollector> = (collector, settings) => {
  const histogram = collector.histogram();
  return histogram === null ? nothingObserved : leastErrorRange(histogram, settings);
};

/**
 * An observer that has seen nothing yet. Infinite values are ignored; NaN is an error (BitlabError VALUES_NAN).
 * @param dialect which PyTorch the histogram follows; the other kinds are the same in both
 * @param axis the axis of the channels, or null for one range for the whole tensor
 * @param kernels the plain ones by default
 */
export function createObserver(
  kind: ObserverKind,
  dialect: ObserverDialect,
  axis: number | null,
  kernels: StatisticsKernels = referenceStatisticsKernels
): Observer {
  switch (kind) {
    case 'minmax': {
      const rules: RangeRules<MinmaxCollector> = { minmax: (collector) => collector.extent };
      return new ObserverOfChannels(() => new MinmaxCollector(), rules, kind, axis, kernels);
    }
    case 'moving-average': {
      const rules: RangeRules<MovingAverageCollector> = { 'moving-average': (collector) => collector.extent };
      return new ObserverOfChannels(() => new MovingAverageCollector(), rules, kind, axis, kernels);
    }
    case 'histogram':
    case 'mse':
    case 'output-error': {
      const create = (): HistogramCollector =>
        dialect === 'torch-1.13' ? new HistogramCollectorTorch113() : new HistogramCollectorTorch();
      return new ObserverOfChannels(create, histogramRules(kernels), kind, axis, kernels);
    }
    case 'percentile': {
      const rules: RangeRules<PercentileCollector> = {
        percentile: (collector, settings) =>
          collector.quantiles((settings.percentile ?? usualPercentile) / 100)
      };
      return new ObserverOfChannels(() => new PercentileCollector(), rules, kind, axis, kernels);
    }
    case 'entropy': {
      const rules: RangeRules<MagnitudeCollector> = { entropy: entropyRange };
      return new ObserverOfChannels(() => new MagnitudeCollector(), rules, kind, axis, kernels);
    }
  }
}

/** Equal for what collects the same statistics: then one observer serves both, by `observerAs`. */
export function observerKey(kind: ObserverKind, dialect: ObserverDialect): string {
  const isOlder = dialect === 'torch-1.13';
  const usesHistogram = kind === 'histogram' || kind === 'mse' || kind === 'output-error';
  return usesHistogram ? `histogram ${isOlder ? dialect : 'torch'}` : kind;
}

/**
 * What an observer has collected, and will collect, read as another kind with the same `observerKey`: a histogram
 * answers `histogram`, `mse` and `output-error`.
 * @param observer made by `createObserver` @throws TypeError where the statistics are of another kind
 */
export function observerAs(observer: Observer, kind: ObserverKind): Observer {
  if (!(observer instanceof ObserverOfChannels))
    throw new TypeError('not an observer made by createObserver');
  return observer.as(kind);
}
