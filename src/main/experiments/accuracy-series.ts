import type { Run } from '../../contract/index.ts';
import { tInterval } from '../numeric/statistics.ts';
import type { AccuracyPoint, AccuracySeries } from './accuracy-figure.ts';

/** Top-1 accuracy against the bits of the weights, a curve for each model; runs of the same bits become one point. */
export function accuracySeries(models: readonly string[], runs: readonly Run[]): AccuracySeries[] {
  return models.map((model) => {
    const own = runs.filter((run) => run.model === model && run.top1 !== null);
    const groups = Map.groupBy(
      own.filter((run) => !run.baseline),
      (run) => run.configuration.weights.bits
    );
    return {
      name: model,
      baseline: own.find((run) => run.baseline)?.top1?.value ?? null,
      points: [...groups].map(([bits, group]) => pointOf(bits, group))
    };
  });
}

/** One run with its own interval; several with their mean and its t interval. */
function pointOf(bits: number, runs: readonly Run[]): AccuracyPoint {
  const [only] = runs;
  if (runs.length === 1) return { bits, ...only!.top1! };
  const { mean, low, high } = tInterval(runs.map(({ top1 }) => top1!.value));
  return { bits, value: mean, low: Math.max(0, low!), high: Math.min(1, high!) };
}
