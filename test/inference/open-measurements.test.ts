import { expect, test } from 'vitest';
import type { MeasurementTable } from '../../src/contract/index.ts';
import { openMeasurements } from '../../src/main/inference/open-measurements.ts';

const tables: Record<string, MeasurementTable> = {
  dac: { kind: 'transfer', bits: 1, values: [0, 0.9] },
  lab: { kind: 'noise', values: [-1, 1], sigmas: [0.1, 0.2] },
  lut: { kind: 'products', activationBits: 1, weightBits: 2, values: [0, 0, 0, 0, 0, 1, 2, 3] }
};
const files = Object.entries(tables).map(([name, { kind }]) => ({
  name,
  path: `/blobs/${name}`,
  hash: `hash of ${name}`,
  kind
}));

test('the tables of a run are found by their hashes, in the form in which hardware reads them', async () => {
  const measurements = await openMeasurements(files, async ({ name }) => tables[name]!);
  expect(measurements.transfer('hash of dac')).toEqual([0, 0.9]);
  expect(measurements.noise('hash of lab')).toEqual({ values: [-1, 1], deviations: [0.1, 0.2] });
  expect(measurements.products('hash of lut')).toEqual({ columns: 4, values: [0, 0, 0, 0, 0, 1, 2, 3] });
});

test('a hash that the run does not bring, or of another kind of table, is refused', async () => {
  const measurements = await openMeasurements(files, async ({ name }) => tables[name]!);
  expect(() => measurements.transfer('dac')).toThrow('There is no imported transfer table dac');
  expect(() => measurements.noise('hash of dac')).toThrow(/no imported noise table/);
  expect(() => measurements.products('hash of lab')).toThrow(/no imported table of products/);
});
