import { meanCrossEntropy, meanDivergence, topHits } from '../../numeric/classification.ts';
import { relativeErrorPower } from '../../numeric/statistics.ts';
import type { LogitsMeasure } from './sensitivity-job.ts';

/**
 * How logits classify, and how they differ from those of the float network.
 * @param logits samples x classes @param float the float network's, of the same samples
 */
export function measureLogits(
  logits: Float32Array,
  float: Float32Array,
  labels: Int32Array,
  classes: number
): LogitsMeasure {
  return {
    correct: topHits(logits, labels, classes, 1),
    crossEntropy: meanCrossEntropy(logits, labels, classes),
    logitsError: relativeErrorPower(float, logits),
    divergence: meanDivergence(float, logits, classes)
  };
}
