/** Which way a metric is better. What is not in the list has no best value. */
const directions: Readonly<Record<string, 'higher' | 'lower'>> = {
  top1: 'higher',
  top5: 'higher',
  meanPerClass: 'higher',
  agreement: 'higher',
  logitsSqnrDb: 'higher',
  crossEntropy: 'lower',
  expectedCalibrationError: 'lower',
  modelSizeBits: 'lower',
  bops: 'lower',
  duration: 'lower'
};

export function metricDirection(name: string): 'higher' | 'lower' | null {
  return directions[name] ?? null;
}
