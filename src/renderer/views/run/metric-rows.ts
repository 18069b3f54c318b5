/** A metric as a table shows it. */
export interface MetricRow {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

/** Endings of metric names that say their unit, in camel case or with underscores. */
const units: readonly { readonly ending: RegExp; readonly unit: string }[] = [
  { ending: /(_db|Db)$/, unit: 'dB' },
  { ending: /(_seconds|Seconds)$/, unit: 's' },
  { ending: /(_bits|Bits)$/, unit: 'bits' }
];

/** Metrics by name, in four significant digits; shares of samples (top1, top5) in percent, units out of the names. */
export function metricRows(metrics: Readonly<Record<string, number>>): MetricRow[] {
  return Object.entries(metrics).map(([name, value]) => {
    if (/^top\d+$/.test(name))
      return { name: name.replace('top', 'top-'), value: (100 * value).toFixed(2), unit: '%' };
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
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(3) : value.toPrecision(4);
}
