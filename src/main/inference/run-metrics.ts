import {
  argmaxRows,
  expectedCalibrationError,
  meanClassAccuracy,
  meanCrossEntropy,
  topHits
} from '../numeric/classification.ts';
import { sqnrDb } from '../numeric/statistics.ts';

/**
 * The metrics of a classification: `top1`, `top5` (from six classes on), `meanPerClass`, `crossEntropy` (nats) and
 * `expectedCalibrationError`; against the float
 * network's logits `agreement` (share of samples with the same prediction) and `logitsSqnrDb`.
 * @param logits samples x classes @param reference the float network's logits of the same samples, or null
 */
export function classificationMetrics(
  logits: Float32Array,
  labels: Int32Array,
  classes: number,
  reference: Float32Array | null
): Record<string, number> {
  const metrics: Record<string, number> = {
    top1: topHits(logits, labels, classes, 1) / labels.length,
    meanPerClass: meanClassAccuracy(logits, labels, classes),
    crossEntropy: meanCrossEntropy(logits, labels, classes),
    expectedCalibrationError: expectedCalibrationError(logits, labels, classes)
  };
  if (classes > 5) metrics['top5'] = topHits(logits, labels, classes, 5) / labels.length;
  if (reference !== null) {
    const own = argmaxRows(logits, classes);
    const expected = argmaxRows(reference, classes);
    metrics['agreement'] =
      own.reduce((same, value, i) => same + Number(value === expected[i]), 0) / own.length;
    const sqnr = sqnrDb(reference, logits);
    if (Number.isFinite(sqnr)) metrics['logitsSqnrDb'] = sqnr;
  }
  return metrics;
}
