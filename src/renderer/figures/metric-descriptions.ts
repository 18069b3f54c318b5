import { metricDirection } from '../../contract/index.ts';

/** How a metric is shown. */
export interface MetricDescription {
  readonly title: string;
  /** The unit in which the number stands; empty where it has none. */
  readonly unit: string;
  /** What the stored value is multiplied by to be in that unit. */
  readonly factor: number;
  readonly decimals: number;
}

const described: Readonly<Record<string, MetricDescription>> = {
  top1: { title: 'Top-1 accuracy', unit: '%', factor: 100, decimals: 2 },
  top5: { title: 'Top-5 accuracy', unit: '%', factor: 100, decimals: 2 },
  meanPerClass: { title: 'Accuracy, mean per class', unit: '%', factor: 100, decimals: 2 },
  crossEntropy: { title: 'Cross-entropy', unit: 'nats', factor: 1, decimals: 4 },
  expectedCalibrationError: { title: 'Expected calibration error', unit: '%', factor: 100, decimals: 2 },
  agreement: { title: 'Same class as the float network', unit: '%', factor: 100, decimals: 2 },
  logitsSqnrDb: { title: 'SQNR of the logits', unit: 'dB', factor: 1, decimals: 2 },
  modelSizeBits: { title: 'Size of weights and biases', unit: 'kB', factor: 1 / 8000, decimals: 1 },
  averageWeightBits: { title: 'Mean bits of a weight', unit: 'bits', factor: 1, decimals: 2 },
  bops: { title: 'Bit operations per sample', unit: '10⁹', factor: 1e-9, decimals: 3 },
  energyMicrojoule: { title: 'Energy of a frame', unit: 'µJ', factor: 1, decimals: 1 },
  latencyMicrosecond: { title: 'Latency of a frame', unit: 'µs', factor: 1, decimals: 1 },
  areaSquareMillimetre: { title: 'Area of the converters', unit: 'mm²', factor: 1, decimals: 2 },
  framesPerSecond: { title: 'Frames per second', unit: '1/s', factor: 1, decimals: 0 },
  framesPerSecondPerWatt: { title: 'FPS/W', unit: '1/(s W)', factor: 1, decimals: 1 },
  framesPerSecondPerWattPerSquareMillimetre: {
    title: 'FPS/W/mm²',
    unit: '1/(s W mm²)',
    factor: 1,
    decimals: 2
  },
  tileUtilization: { title: 'Tile utilization', unit: '%', factor: 100, decimals: 1 }
};

/** Endings of other metric names that say their unit, in camel case or with underscores. */
const units: readonly { readonly ending: RegExp; readonly unit: string }[] = [
  { ending: /(_db|Db)$/, unit: 'dB' },
  { ending: /(_seconds|Seconds)$/, unit: 's' },
  { ending: /(_bits|Bits)$/, unit: 'bits' }
];

/** How a metric is shown; one that is not known here by its name in words, without the unit. */
export function describeMetric(name: string): MetricDescription {
  const usual = described[name];
  if (usual !== undefined) return usual;
  const unit = units.find(({ ending }) => ending.test(name));
  const words = (unit === undefined ? name : name.replace(unit.ending, ''))
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { title: words, unit: unit?.unit ?? '', factor: 1, decimals: 4 };
}

/** The names of all metrics that some run has: known ones first, in the order above, then the others by name. */
export function metricNames(
  runs: readonly { readonly metrics: Readonly<Record<string, number>> }[]
): string[] {
  const found = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)));
  const known = Object.keys(described).filter((name) => found.has(name));
  return [...known, ...[...found].filter((name) => !(name in described)).sort()];
}

/** A metric's number in its unit, or a dash where a run does not have it. */
export function metricNumber(name: string, value: number | undefined): string {
  const { factor, decimals } = describeMetric(name);
  if (value === undefined) return '–';
  const shown = value * factor;
  // Of what is not known, nobody knows how many decimals matter.
  const isTiny = !(name in described) && shown !== 0 && Math.abs(shown) < 10 ** -(decimals - 1);
  return (isTiny ? shown.toExponential(3) : shown.toFixed(decimals)).replaceAll('-', '−');
}

/** The best of the values that there are; undefined where the metric has no best, or all are the same. */
export function bestOf(name: string, values: readonly (number | undefined)[]): number | undefined {
  const direction = metricDirection(name);
  const known = values.filter((value) => value !== undefined);
  if (direction === null || new Set(known).size < 2) return undefined;
  return direction === 'higher' ? Math.max(...known) : Math.min(...known);
}
