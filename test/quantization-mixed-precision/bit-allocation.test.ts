import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitAllocation, type AllocationGroup } from '../../src/main/quantization/mixed-precision/index.ts';

function solved(groups: readonly AllocationGroup[], cells?: number): BitAllocation {
  const allocation = new BitAllocation(groups, cells);
  for (const _ of allocation.solving());
  return allocation;
}

/** Every choice of widths, with its cost and size. */
function* everything(groups: readonly AllocationGroup[]): Generator<{ cost: number; size: number }> {
  const [group, ...rest] = groups;
  if (group === undefined) return void (yield { cost: 0, size: 0 });
  for (const input of group.inputs) {
    let partial = [{ cost: input.cost, size: 0 }];
    for (const { widths, size } of group.layers)
      partial = partial.flatMap((sum) =>
        widths.map(({ bits, cost }) => ({
          cost: sum.cost + cost,
          size: sum.size + size(bits, input.bits)
        }))
      );
    for (const other of everything(rest))
      for (const own of partial) yield { cost: own.cost + other.cost, size: own.size + other.size };
  }
}

const leastCost = (groups: readonly AllocationGroup[], budget: number) =>
  Math.min(...[...everything(groups)].filter(({ size }) => size <= budget).map(({ cost }) => cost));

const costs = fc.double({ min: 0, max: 10, noNaN: true });
const widths = fc.uniqueArray(fc.constantFrom(8, 6, 4, 3, 2), { minLength: 1, maxLength: 3 });
const options = widths.chain((bits) =>
  fc.tuple(...bits.map((width) => costs.map((cost) => ({ bits: width, cost }))))
);
const layer = fc.record({ widths: options, macs: fc.integer({ min: 1, max: 40 }) }).map((drawn) => ({
  widths: drawn.widths,
  size: (bits: number, inputBits: number) => drawn.macs * bits * inputBits
}));
const groups = fc.array(
  fc.record({ inputs: options, layers: fc.array(layer, { minLength: 0, maxLength: 3 }) }),
  { minLength: 1, maxLength: 3 }
);

test('two layers share eight bits: the sensitive one gets six of them', () => {
  const layerOf = (two: number, four: number, six: number) => ({
    widths: [
      { bits: 6, cost: six },
      { bits: 4, cost: four },
      { bits: 2, cost: two }
    ],
    size: (bits: number) => bits
  });
  const group = { inputs: [{ bits: 8, cost: 0 }], layers: [layerOf(9, 3, 1), layerOf(1, 0.5, 0.2)] };
  const allocation = solved([group]);
  expect(allocation.exact).toBe(true);
  expect(allocation.least).toBe(4);
  expect(allocation.best(3)).toBeNull();
  expect(allocation.best(4)).toEqual({ groups: [{ inputBits: 8, bits: [2, 2] }], cost: 10, size: 4 });
  expect(allocation.best(8)).toEqual({ groups: [{ inputBits: 8, bits: [6, 2] }], cost: 2, size: 8 });
  expect(allocation.best(1000)).toMatchObject({ groups: [{ bits: [6, 6] }], cost: 1.2, size: 12 });
});

test('bit operations couple a layer with what enters it: fewer activation bits pay for more weight bits', () => {
  const group = {
    inputs: [
      { bits: 8, cost: 0 },
      { bits: 4, cost: 0.1 }
    ],
    layers: [
      {
        widths: [
          { bits: 8, cost: 0 },
          { bits: 4, cost: 5 }
        ],
        size: (bits: number, inputBits: number) => 10 * bits * inputBits
      }
    ]
  };
  expect(solved([group]).best(320)).toEqual({ groups: [{ inputBits: 4, bits: [8] }], cost: 0.1, size: 320 });
});

test('nothing beats what is chosen, whatever the budget', () => {
  fc.assert(
    fc.property(groups, fc.double({ min: 0, max: 1.1, noNaN: true }), (drawn, share) => {
      const sizes = [...everything(drawn)].map(({ size }) => size);
      const budget = Math.floor(share * Math.max(...sizes));
      const allocation = solved(drawn);
      expect(allocation.least).toBe(Math.min(...sizes));
      const found = allocation.best(budget);
      if (budget < allocation.least) return void expect(found).toBeNull();
      expect(found!.size).toBeLessThanOrEqual(budget);
      expect(found!.cost).toBeCloseTo(leastCost(drawn, budget), 9);
    }),
    { numRuns: 150 }
  );
});

test('with too few cells a choice still fits, and loses no more than a cell for each choice', () => {
  fc.assert(
    fc.property(groups, fc.double({ min: 0, max: 1.1, noNaN: true }), (drawn, share) => {
      const sizes = [...everything(drawn)].map(({ size }) => size);
      const budget = Math.max(Math.min(...sizes), Math.floor(share * Math.max(...sizes)));
      const allocation = solved(drawn, 16);
      const found = allocation.best(budget)!;
      expect(found.size).toBeLessThanOrEqual(budget);
      const choices = drawn.reduce((sum, { layers }) => sum + layers.length + 1, 0);
      const smaller = Math.max(allocation.least, budget - choices * allocation.grain);
      expect(found.cost).toBeLessThanOrEqual(leastCost(drawn, smaller) + 1e-9);
    }),
    { numRuns: 100 }
  );
});

test('more budget never costs more', () => {
  fc.assert(
    fc.property(groups, (drawn) => {
      const allocation = solved(drawn, 64);
      const most = Math.max(...[...everything(drawn)].map(({ size }) => size));
      let before = Infinity;
      for (let step = 0; step <= 40; step++) {
        const found = allocation.best(allocation.least + ((most - allocation.least) * step) / 40);
        expect(found!.cost).toBeLessThanOrEqual(before);
        before = found!.cost;
      }
    }),
    { numRuns: 60 }
  );
});
