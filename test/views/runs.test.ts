import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Configuration, filterWord, type RunDetails } from '../../src/contract/index.ts';
import { settingsOf, valueAt, withValueAt } from '../../src/contract/setting-path.ts';
import { parseFilter } from '../../src/main/experiments/filter.ts';
import { cloneOfRun } from '../../src/renderer/views/design/design-of-run.ts';
import { groupFilter } from '../../src/renderer/views/runs/group-filter.ts';

test('any text is found by its word in a filter', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(parseFilter(`model = ${filterWord(text)}`)).toMatchObject({ value: text });
    })
  );
});

test('the filter of a group keeps what was filtered, and is understood', () => {
  const filter = groupFilter(
    'top1 > 0.5 or starred',
    ['model', 'weights.bits', 'weights.narrow', 'weights.groupSize'],
    ['a b', 4, true, null]
  );
  expect(filter).toBe(
    '(top1 > 0.5 or starred) and model = "a b" and weights.bits = 4 and weights.narrow = true and weights.groupSize = null'
  );
  expect(parseFilter(filter!)).toMatchObject({ kind: 'and' });
  expect(groupFilter('', ['seed'], [0])).toBe('seed = 0');
  expect(groupFilter('', ['model'], ['x'.repeat(3000)])).toBeNull();
});

const run = (configuration: Configuration) =>
  ({
    model: 'net',
    dataset: 'pictures',
    calibrationDataset: 'calib',
    samples: 200,
    configuration,
    provenance: { calibrationSamples: 20 }
  }) as unknown as RunDetails;

test('the design of a clone says what differs from the defaults, and makes the same configuration', () => {
  const configuration = Configuration.parse({
    arithmetic: 'simulated',
    weights: { bits: 4, rounding: 'gptq', actOrder: false },
    activations: { bits: 6 },
    layers: { first: { weights: { bits: 8 } } },
    seed: 3
  });
  const design = cloneOfRun(run(configuration));
  expect(design.fixed).toEqual({
    arithmetic: 'simulated',
    weights: { rounding: 'gptq', actOrder: false },
    layers: { first: { weights: { bits: 8 } } }
  });
  expect(design.data).toMatchObject({
    evaluate: 'pictures',
    calibrate: 'calib',
    samples: 200,
    calibrationSamples: 20
  });
  let made: unknown = { ...design.fixed, seed: design.seeds[0] };
  for (const [path, [level]] of Object.entries(design.factors))
    made = withValueAt(made, path.split('.'), level);
  const full = Configuration.parse(made);
  for (const [path, value] of settingsOf(configuration))
    if (!path.includes('[')) expect(valueAt(full, path.split('.')) ?? null, path).toEqual(value);
  expect(cloneOfRun(run(Configuration.parse({ arithmetic: 'float' })))).toMatchObject({
    fixed: { arithmetic: 'float' },
    factors: {},
    zip: []
  });
});
