import { formatCount } from './count.ts';

const titles: Readonly<Record<string, string>> = {
  top1: 'Top-1',
  top5: 'Top-5',
  meanPerClass: 'Mean per class',
  agreement: 'Same as in float',
  crossEntropy: 'Cross-entropy',
  expectedCalibrationError: 'Calibration error',
  logitsSqnrDb: 'SQNR of the logits',
  modelSizeBits: 'Size',
  bops: 'BOPs'
};

/** What a metric is called in a heading: its usual name, or its own name in words. */
export function metricTitle(name: string): string {
  return (
    titles[name] ??
    name
      .replaceAll('_', ' ')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
  );
}

/** A number in four significant digits; whole ones with all of theirs. */
export function significantNumber(value: number): string {
  if (Number.isInteger(value)) return formatCount(value).replace('-', '−');
  const isOrdinary = Math.abs(value) < 1e5 && Math.abs(value) >= 1e-3;
  return (isOrdinary ? value.toPrecision(4) : value.toExponential(3)).replaceAll('-', '−');
}
