import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BitChoiceSettings,
  type BitChoices,
  type SensitivityMeasure,
  type SensitivityUnit
} from '../../src/contract/index.ts';
import { BitSearch, type MeasuredUnits } from '../../src/main/quantization/mixed-precision/index.ts';

const measure = (
  subject: 'weights' | 'activations',
  unit: string,
  bits: number,
  logitsError: number,
  sizeBits: number | null
): SensitivityMeasure => ({
  subject,
  unit,
  bits,
  logitsError,
  logitsSqnrDb: -10 * Math.log10(logitsError),
  divergence: logitsError / 3,
  crossEntropy: 1,
  sizeBits,
  top1: { value: 0.5, low: 0.4, high: 0.6, count: 100 }
});

const bits = [8, 4, 2];

/** A first layer of few weights that is sensitive, and a second of many that is not; the tensor `t` lies between. */
function network(errors: Readonly<Record<string, readonly number[]>> = {}): MeasuredUnits {
  const usual = {
    first: [0.001, 0.1, 0.9],
    second: [0.0001, 0.001, 0.02],
    x: [0.0002, 0.003, 0.04],
    t: [0.0003, 0.004, 0.05],
    ...errors
  };
  const weights = (name: string, values: number, macs: number, input: string): SensitivityUnit => ({
    subject: 'weights',
    name,
    values,
    macs,
    input,
    feeds: []
  });
  const tensor = (name: string, values: number, feeds: string[]): SensitivityUnit => ({
    subject: 'activations',
    name,
    values,
    macs: 0,
    input: null,
    feeds
  });
  const units = [
    weights('first', 100, 5000, 'x'),
    weights('second', 900, 900, 't'),
    tensor('x', 30, ['first']),
    tensor('t', 10, ['second'])
  ];
  const measures = units.flatMap(({ subject, name, values }) =>
    bits.map((width, index) =>
      measure(
        subject,
        name,
        width,
        usual[name as keyof typeof usual][index]!,
        subject === 'weights' ? values * width + 64 : null
      )
    )
  );
  return { units, measures, bits };
}

function chosen(settings: object, measured = network()): BitChoices {
  const search = new BitSearch(measured, BitChoiceSettings.parse(settings));
  for (const _ of search.solving());
  return search.choices();
}

const average = (...values: number[]) => ({ budget: { kind: 'average-bits', values } });
const bitsOf = ({ choices }: BitChoices) => choices.map(({ weights }) => weights.map((each) => each.bits));

test('within a mean of bits, the small and sensitive layer keeps many', () => {
  const found = chosen(average(8, 4, 2.6, 2.2, 2));
  expect(bitsOf(found)).toEqual([
    [8, 8],
    [8, 2],
    [8, 2],
    [4, 2],
    [2, 2]
  ]);
  expect(found.least).toBe(2);
  expect(found.exact).toBe(true);
  const [, mixed] = found.choices;
  expect(mixed).toMatchObject({
    budget: 4,
    averageBits: 2.6,
    sizeBits: 800 + 1800 + 128,
    bops: 5000 * 8 * 8 + 900 * 2 * 8,
    activations: []
  });
  // What the layers cost, and the activations at 8 bits.
  expect(mixed!.cost).toBeCloseTo(0.001 + 0.02 + 0.0002 + 0.0003, 12);
  expect(mixed!.predictedSqnrDb).toBeCloseTo(-10 * Math.log10(0.0215), 9);
  expect(found.uniform.map(({ bits: width, averageBits }) => [width, averageBits])).toEqual([
    [8, 8],
    [4, 4],
    [2, 2]
  ]);
});

test('within a size, scales and biases count; within bit operations, what enters a layer counts', () => {
  const size = chosen({ budget: { kind: 'size', values: [2728, 2727, 2128] } });
  expect(bitsOf(size)).toEqual([
    [8, 2],
    [4, 2],
    [2, 2]
  ]);
  expect(size.least).toBe(2128);
  const operations = { budget: { kind: 'bops', values: [334_400] } };
  expect(bitsOf(chosen(operations))).toEqual([[8, 2]]);
  // With 4 bits for what enters, everything has room for 8-bit weights.
  expect(bitsOf(chosen({ ...operations, activationBits: 4 }))).toEqual([[8, 8]]);
});

test('with bit operations, activations get bits of their own, too', () => {
  const { choices, uniform } = chosen({
    budget: { kind: 'bops', values: [5000 * 32 + 900 * 64] },
    vary: 'both'
  });
  // Half the operations of the first layer by 4 bits of what enters it, which costs least.
  expect(choices[0]!.weights).toEqual([
    { layer: 'first', bits: 8 },
    { layer: 'second', bits: 8 }
  ]);
  expect(choices[0]!.activations).toEqual([
    { tensor: 'x', bits: 4 },
    { tensor: 't', bits: 8 }
  ]);
  expect(choices[0]!.bops).toBe(5000 * 32 + 900 * 64);
  expect(uniform.at(-1)).toMatchObject({ bops: 5900 * 4, activations: [{ bits: 2 }, { bits: 2 }] });
});

test('layers that are kept, by name or by place, are left alone and count in the budget', () => {
  const { choices, uniform, least } = chosen({ ...average(7.5), keep: { last: 8 } });
  expect(choices[0]!.weights).toEqual([
    { layer: 'first', bits: 2 },
    { layer: 'second', bits: 8 }
  ]);
  expect(least).toBeCloseTo(7.4, 12);
  expect(uniform.at(-1)!.weights).toEqual([
    { layer: 'first', bits: 2 },
    { layer: 'second', bits: 8 }
  ]);
  expect(chosen({ ...average(7.5), keep: { second: 8 } }).choices).toEqual(choices);
});

test('a budget that nothing meets names the smallest that can be met', () => {
  expect(() => chosen(average(4, 1.9))).toThrow(
    expect.objectContaining({
      code: 'BUDGET_TOO_SMALL',
      details: { budget: 'a mean of 1.9 bits for a weight', least: 'a mean of 2 bits for a weight' }
    })
  );
  expect(() => chosen({ budget: { kind: 'size', values: [8] } })).toThrow(/266 bytes/);
  expect(() => chosen({ budget: { kind: 'bops', values: [1000] } })).toThrow(
    /94,400 bit operations for a sample/
  );
});

test('what was not measured cannot be asked for', () => {
  const refused = (settings: object, expected: object, measured?: MeasuredUnits) =>
    expect(() => chosen(settings, measured)).toThrow(expect.objectContaining(expected));
  refused({ ...average(4), vary: 'both' }, { message: expect.stringContaining('mean bits of a weight') });
  refused(
    { ...average(4), keep: { first: 6 } },
    { message: 'first is to keep 6 bits, and was measured at 8, 4, 2.' }
  );
  refused(
    { ...average(4), keep: { frist: 8 } },
    { code: 'CONFIGURATION_INVALID', remedy: 'Did you mean first?' }
  );
  const { units, measures } = network();
  const only = (subject: string) => ({
    units: units.filter((unit) => unit.subject === subject),
    measures: measures.filter((each) => each.subject === subject),
    bits
  });
  refused(average(4), { message: 'The weights were not measured.' }, only('activations'));
  const operations = { budget: { kind: 'bops', values: [1e9] }, vary: 'both' };
  refused(operations, { message: 'The activations were not measured.' }, only('weights'));
});

test('a larger budget never costs more, whatever is measured and limited', () => {
  const errors = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.record({ first: errors, second: errors, x: errors, t: errors }),
      fc.constantFrom('average-bits', 'size', 'bops'),
      fc.constantFrom('logits-error', 'divergence'),
      (drawn, kind, by) => {
        const measured = network(drawn);
        const vary = kind === 'bops' ? 'both' : 'weights';
        const { least } = chosen({ budget: { kind, values: [1e12] }, vary, measure: by }, measured);
        const values = Array.from({ length: 20 }, (_, step) => least * (1 + step / 4));
        const { choices } = chosen({ budget: { kind, values }, vary, measure: by }, measured);
        const costs = choices.map(({ cost }) => cost);
        for (const [index, cost] of costs.entries())
          if (index > 0) expect(cost).toBeLessThanOrEqual(costs[index - 1]! + 1e-12);
      }
    ),
    { numRuns: 60 }
  );
});
