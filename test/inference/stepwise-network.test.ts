import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { upTo, writeModel, type GraphAnalysis, type Layer, type Model } from '../../src/main/graph/index.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';
import { openSession } from '../../src/main/inference/session.ts';
import { StepwiseNetwork } from '../../src/main/inference/stepwise-network.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { randomNetworks } from './random-network.ts';

const samples = 70;

/** Pictures of noise for a network, and how it is shown them. */
function passesOf({ input }: GraphAnalysis, signal = new AbortController().signal) {
  const perSample = input.shape.reduce((product, extent) => product * extent, 1);
  const pictures = noise([samples, ...input.shape], 9, 1).data;
  const batch = async (offset: number, count: number) =>
    pictures.slice(offset * perSample, (offset + count) * perSample);
  const source = { samples, shape: input.shape, labels: new Int32Array(samples), classes: 2, batch };
  return { source, samples, threads: 1, signal };
}

/** The values of a tensor for the first samples, from the network as a whole. */
async function wholeNetwork(model: Model, analysis: GraphAnalysis, tensor: string, count: number) {
  const { name, shape } = analysis.input;
  const pictures = await passesOf(analysis).source.batch(0, count);
  if (tensor === name) return pictures;
  const session = await openSession(writeModel(upTo(model, tensor)), { threads: 1 });
  try {
    const results = await session.run(pictures, [count, ...shape], [tensor]);
    return results.get(tensor)!.data as Float32Array;
  } finally {
    await session.release();
  }
}

async function joined(batches: AsyncIterable<{ values: Float32Array; count: number }>) {
  const parts: number[] = [];
  for await (const { values, count } of batches) if (count > 0) parts.push(...values);
  return parts;
}

const near = (found: readonly number[], wanted: Float32Array, what: string) => {
  expect(found.length, what).toBe(wanted.length);
  found.forEach((value, i) => expect(Math.abs(value - wanted[i]!), what).toBeLessThan(1e-4));
};

test.each([
  ['everything is kept', 2 ** 29],
  ['nothing is kept', 0]
])(
  'what enters and leaves layers is what the whole network has there, where %s',
  async (_name, keptBytes) => {
    await fc.assert(
      fc.asyncProperty(randomNetworks, async (original) => {
        const { model, analysis } = await prepareModel(original);
        const network = new StepwiseNetwork(model, analysis, passesOf(analysis), keptBytes);
        expect(network.layers.map(({ name }) => name).sort()).toEqual(
          analysis.layers.map(({ name }) => name).sort()
        );
        for (const [index, layer] of network.layers.entries()) {
          // Some of the samples for some of the layers; the others pass all the same.
          const count = index % 2 === 0 ? samples : 10;
          const entering = await wholeNetwork(model, analysis, layer.input, count);
          near(await joined(network.entering(layer, count)), entering, `into ${layer.name}`);
          const leaving = await wholeNetwork(model, analysis, layer.output, count);
          near(await joined(network.leaving(layer, count)), leaving, `out of ${layer.name}`);
        }
      }),
      { numRuns: 4, seed: 3 }
    );
  },
  60_000
);

test('settled weights are those that later layers see, and a layer that was passed keeps its own', async () => {
  const [original] = fc.sample(randomNetworks, { numRuns: 1, seed: 5 });
  const { model, analysis } = await prepareModel(original!);
  const network = new StepwiseNetwork(model, analysis, passesOf(analysis));
  const [first, second] = network.layers as [Layer, Layer];
  await joined(network.entering(first, samples));
  const count = first.weightShape.reduce((product, extent) => product * extent, 1);
  network.settle(first, new Float32Array(count));
  const before = await wholeNetwork(model, analysis, second.input, samples);
  const after = await joined(network.entering(second, samples));
  // Only the bias is left, the same at every position.
  expect(new Set(after).size).toBeLessThan(new Set(before).size / 10);
  expect(() => network.settle(first, new Float32Array(count))).toThrow(RangeError);
});

test('a pass can be stopped', async () => {
  const [original] = fc.sample(randomNetworks, { numRuns: 1, seed: 6 });
  const { model, analysis } = await prepareModel(original!);
  const controller = new AbortController();
  const network = new StepwiseNetwork(model, analysis, passesOf(analysis, controller.signal));
  const batches = network.entering(network.layers[1]!, samples);
  expect((await batches.next()).done).toBe(false);
  controller.abort(new Error('stopped'));
  await expect(batches.next()).rejects.toThrow('stopped');
});
