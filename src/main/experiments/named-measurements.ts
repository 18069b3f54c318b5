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
 * @throws MEASUREMENT_NOT_FOUND, MEASUREMENT_UNSUITABLE, CONFIGURATION_CONFLICT where a table is too small
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
    checkExtent(configuration, formatSettingPath(path), measurement);
    measurements.set(measurement.id, measurement);
    named = withValueAt(named, path, measurement.hash);
  }
  return { configuration: named as Configuration, measurements: [...measurements.values()] };
}

/**
 * Refuses a table that is too small for every layer, before anything is computed with it. What only some layers need is seen
 * where they are put on the hardware.
 * @throws CONFIGURATION_CONFLICT
 */
function checkExtent(
  { weights, activations, layers, accelerator }: Configuration,
  path: string,
  table: Measurement
) {
  const { adc, slicing } = accelerator!;
  if (path === 'accelerator.adc.transfer') {
    if (adc.bits === 'ideal') return;
    const codes = 2 ** adc.bits - Number(adc.narrow);
    if (table.rows === codes) return;
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `${table.name} has ${table.rows} codes, and the analog-to-digital converter ${codes}`,
      advice: 'Set accelerator.adc.bits to what the table has, or name one of as many codes.'
    });
  }
  if (Object.keys(layers).length > 0 || table.kind === 'noise') return;
  // At least: a weight has a sign, and an activation may keep a bit in reserve.
  const least = (bits: number, slice: number | null) => 2 ** Math.min(slice ?? bits, bits - 1);
  const needed = {
    activations: least(activations.bits, slicing.activations),
    weights: least(weights.bits, slicing.weights)
  };
  const found =
    table.kind === 'products'
      ? { activations: table.rows, weights: table.columns }
      : path.includes('.activations.')
        ? { activations: table.rows, weights: Infinity }
        : { activations: Infinity, weights: table.rows };
  for (const what of ['activations', 'weights'] as const) {
    if (found[what] >= needed[what]) continue;
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `${table.name} has ${found[what]} codes for ${what}, and they need ${needed[what]} or more`,
      advice: `Name a table of all codes, or cut ${what} to what it has by accelerator.slicing.${what}.`
    });
  }
}
