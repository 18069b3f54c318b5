import type { Measurement, MeasurementKind, ResolvedPreset } from '../../../contract/index.ts';

/** What kind of table a setting names. */
const tables: Readonly<Record<string, MeasurementKind>> = {
  'accelerator.converters.activations.transfer': 'transfer',
  'accelerator.converters.weights.transfer': 'transfer',
  'accelerator.adc.transfer': 'transfer',
  'accelerator.products': 'products',
  'accelerator.noise.table': 'noise'
};

/** Names in the notebook that a setting can have as its value. */
export function namesToPick(
  path: string,
  presets: readonly ResolvedPreset[],
  measurements: readonly Measurement[]
): string[] {
  if (path === 'accelerator.preset') return presets.map(({ name }) => name);
  const kind = tables[path];
  return measurements.filter((measurement) => measurement.kind === kind).map(({ name }) => name);
}
