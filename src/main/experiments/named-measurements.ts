import {
  BitlabError,
  type Configuration,
  type Measurement,
  type MeasurementKind
} from '../../contract/index.ts';
import type { Notebook } from '../store/index.ts';
import { measurementNamed } from './names.ts';
import { formatSettingPath, valueAt, withValueAt } from '../../contract/setting-path.ts';

/** The settings that name a table of measurements, and the kind that each needs. */
const places: readonly { readonly path: readonly string[]; readonly kind: MeasurementKind }[] = [
  { path: ['accelerator', 'converters', 'activations', 'transfer'], kind: 'transfer' },
  { path: ['accelerator', 'converters', 'weights', 'transfer'], kind: 'transfer' },
  { path: ['accelerator', 'products'], kind: 'products' },
  { path: ['accelerator', 'noise', 'table'], kind: 'noise' },
  { path: ['accelerator', 'adc', 'transfer'], kind: 'transfer' }
];

const kindNames: Readonly<Record<MeasurementKind, string>> = {
  products: 'products',
  transfer: 'a transfer (code, value)',
  noise: 'noise (value, sigma)'
};

/**
 * The configuration with the hash of each measurement in place of its name, so that it says what is computed and not how
 * that is called.
 * @throws MEASUREMENT_NOT_FOUND, MEASUREMENT_UNSUITABLE
 */
export function withMeasurements(
  notebook: Notebook,
  configuration: Configuration
): { readonly configuration: Configuration; readonly measurements: readonly Measurement[] } {
  if (configuration.accelerator === null) return { configuration, measurements: [] };
  const measurements = new Map<string, Measurement>();
  let named: unknown = configuration;
  for (const { path, kind } of places) {
    const name = valueAt(configuration, path);
    if (typeof name !== 'string') continue;
    const measurement = measurementNamed(notebook, name);
    if (measurement.kind !== kind) {
      throw new BitlabError('MEASUREMENT_UNSUITABLE', {
        path: formatSettingPath(path),
        name: measurement.name,
        found: kindNames[measurement.kind],
        needed: kindNames[kind]
      });
    }
    measurements.set(measurement.id, measurement);
    named = withValueAt(named, path, measurement.hash);
  }
  return { configuration: named as Configuration, measurements: [...measurements.values()] };
}
