import { formatCount } from '../../components/format/index.ts';

/** A metric as a table shows it. */
export interface MetricRow {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

/** How the usual metrics are called. */
const known: Readonly<
  Record<string, { readonly name: string; readonly unit: string; readonly percent?: true }>
> = {
  top1: { name: 'Top-1', unit: '%', percent: true },
  top5: { name: 'Top-5', unit: '%', percent: true },
  meanPerClass: { name: 'Mean per class', unit: '%', percent: true },
  agreement: { name: 'Same prediction as in float', unit: '%', percent: true },
  crossEntropy: { name: 'Cross-entropy', unit: 'nat' },
  expectedCalibrationError: { name: 'Expected calibration error', unit: '%', percent: true },
  logitsSqnrDb: { name: 'SQNR of the logits', unit: 'dB' },
  modelSizeBits: { name: 'Size of the model', unit: 'bits' },
  bops: { name: 'Bit operations (BOPs)', unit: '' },
  energyMicrojoule: { name: 'Energy of a frame', unit: 'µJ' },
  latencyMicrosecond: { name: 'Latency of a frame', unit: 'µs' },
  areaSquareMillimetre: { name: 'Area of the converters', unit: 'mm²' },
  framesPerSecond: { name: 'Frames per second', unit: '1/s' },
  framesPerSecondPerWatt: { name: 'FPS/W', unit: '1/(s W)' },
  framesPerSecondPerWattPerSquareMillimetre: { name: 'FPS/W/mm²', unit: '1/(s W mm²)' },
  tileUtilization: { name: 'Tile utilization', unit: '%', percent: true }
};

/** Endings of other metric names that say their unit, in camel case or with underscores. */
const units: readonly { readonly ending: RegExp; readonly unit: string }[] = [
  { ending: /(_db|Db)$/, unit: 'dB' },
  { ending: /(_seconds|Seconds)$/, unit: 's' },
  { ending: /(_bits|Bits)$/, unit: 'bits' }
];

/** Metrics by name, in four significant digits; shares of samples in percent, units out of the names. */
export function metricRows(metrics: Readonly<Record<string, number>>): MetricRow[] {
  return Object.entries(metrics).map(([name, value]) => {
    const usual = known[name];
    if (usual !== undefined) {
      const shown = usual.percent === true ? (100 * value).toFixed(2) : significant(value);
      return { name: usual.name, value: shown, unit: usual.unit };
    }
    const unit = units.find(({ ending }) => ending.test(name));
    const stem = unit === undefined ? name : name.replace(unit.ending, '');
    return { name: words(stem), value: significant(value), unit: unit?.unit ?? '' };
  });
}

const words = (name: string) =>
  name
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();

function significant(value: number): string {
  if (Number.isInteger(value)) return formatCount(value);
  return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(3) : value.toPrecision(4);
}
