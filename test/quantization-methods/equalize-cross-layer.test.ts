import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../../src/main/datasets/index.ts';
import {
  makeFloatValue,
  makeInitializer,
  makeModel,
  makeNode,
  readModel,
  writeModel
} from '../../src/main/graph/index.ts';
import type { Initializer, Model } from '../../src/main/graph/index.ts';
import { equalizeCrossLayer } from '../../src/main/graph/rewrites/equalize-cross-layer.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';
import { openSession } from '../../src/main/inference/session.ts';
import { sqnrDb } from '../../src/main/numeric/statistics.ts';
import { normals } from './normals.ts';

const samples = join(import.meta.dirname, '../../resources/samples');
const channels = 4;

/** Standard normal weights, each channel of an axis with a magnitude of its own. */
function uneven(name: string, shape: number[], axis: number, seed: number): Initializer<Float32Array> {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const inner = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const magnitudes = normals(shape[axis]!, seed + 1).map((value) => Math.exp(2 * value));
  const values = normals(count, seed).map(
    (value, i) => value * magnitudes[Math.floor(i / inner) % shape[axis]!]!
  );
  return makeInitializer(name, shape, values);
}

/** Conv 1x1, Relu, depthwise Conv 3x3, an activation, grouped Conv, Flatten, Gemm, Relu, Gemm without a bias. */
function chain(middle: 'Relu' | 'Clip' | 'None' = 'Relu'): Model {
  const activation =
    middle === 'Clip'
      ? makeNode('Clip', ['d', 'zero', 'six'], ['e'])
      : makeNode(middle === 'Relu' ? 'Relu' : 'Identity', ['d'], ['e']);
  return makeModel({
    nodes: [
      makeNode('Conv', ['x', 'w1', 'b1'], ['a'], { kernel_shape: [1, 1] }, 'pointwise'),
      makeNode('Relu', ['a'], ['b']),
      makeNode(
        'Conv',
        ['b', 'w2', 'b2'],
        ['d'],
        { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: channels },
        'depthwise'
      ),
      activation,
      makeNode('Conv', ['e', 'w3', 'b3'], ['f'], { kernel_shape: [1, 1], group: 2 }, 'grouped'),
      makeNode('Flatten', ['f'], ['g']),
      makeNode('Gemm', ['g', 'w4', 'b4'], ['h'], { transB: 1 }, 'hidden'),
      makeNode('Relu', ['h'], ['i']),
      makeNode('Gemm', ['i', 'w5'], ['y'], {}, 'last')
    ],
    initializers: [
      uneven('w1', [channels, 2, 1, 1], 0, 1),
      makeInitializer('b1', [channels], normals(channels, 3)),
      uneven('w2', [channels, 1, 3, 3], 0, 4),
      makeInitializer('b2', [channels], normals(channels, 6)),
      uneven('w3', [6, 2, 1, 1], 1, 7),
      makeInitializer('b3', [6], normals(6, 9)),
      uneven('w4', [5, 6 * 9], 0, 10),
      makeInitializer('b4', [5], normals(5, 12)),
      uneven('w5', [5, 3], 0, 13),
      makeInitializer('zero', [], Float32Array.of(0)),
      makeInitializer('six', [], Float32Array.of(6))
    ],
    inputs: [makeFloatValue('x', ['batch', 2, 3, 3])],
    outputs: [makeFloatValue('y', ['batch', 3])]
  });
}

async function outputsOf(model: Model, input: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await openSession(writeModel(model), { threads: 1, optimization: 'disabled' });
  try {
    const results = await session.run(input, shape);
    return results.get(model.graph.outputs[0]!.name)!.data as Float32Array;
  } finally {
    await session.release();
  }
}

async function equalized(model: Model) {
  const prepared = await prepareModel(model);
  return { before: prepared.model, ...equalizeCrossLayer(prepared.model, prepared.analysis.layers) };
}

const weightsOf = (model: Model, name: string) => model.graph.initializers.get(name)!.data as Float32Array;
const largest = (values: Float32Array, pick: (i: number) => boolean) =>
  values.reduce((most, value, i) => (pick(i) ? Math.max(most, Math.abs(value)) : most), 0);

describe('a chain with a depthwise and a grouped convolution', () => {
  test('keeps its function, and every channel has the same largest weight on both sides', async () => {
    const { before, model, pairs } = await equalized(chain());
    expect(pairs.map(({ first, second }) => `${first} > ${second}`)).toEqual([
      'pointwise > depthwise',
      'depthwise > grouped',
      'hidden > last'
    ]);
    const input = normals(50 * 18, 20);
    const wanted = await outputsOf(before, input, [50, 2, 3, 3]);
    expect(sqnrDb(wanted, await outputsOf(model, input, [50, 2, 3, 3]))).toBeGreaterThan(100);

    const [w1, w2, w3, w4, w5] = ['w1', 'w2', 'w3', 'w4', 'w5'].map((name) => weightsOf(model, name));
    for (let channel = 0; channel < channels; channel++) {
      const first = largest(w1!, (i) => Math.floor(i / 2) === channel);
      const middle = largest(w2!, (i) => Math.floor(i / 9) === channel);
      // Outputs 0 to 2 read channels 0 and 1, outputs 3 to 5 read channels 2 and 3.
      const last = largest(w3!, (i) => 2 * Math.floor(i / 6) + (i % 2) === channel);
      expect(middle / first).toBeCloseTo(1, 3);
      expect(last / middle).toBeCloseTo(1, 3);
    }
    for (let channel = 0; channel < 5; channel++) {
      const out = largest(w4!, (i) => Math.floor(i / 54) === channel);
      expect(largest(w5!, (i) => Math.floor(i / 3) === channel) / out).toBeCloseTo(1, 3);
    }
  });

  test('two layers, by hand: r = sqrt(max|W1| max|W2|) / max|W2|', async () => {
    const model = makeModel({
      nodes: [
        makeNode('Gemm', ['x', 'w1', 'b1'], ['a'], { transB: 1 }),
        makeNode('MatMul', ['a', 'w2'], ['y'])
      ],
      initializers: [
        makeInitializer('w1', [2, 1], Float32Array.of(8, -3)),
        makeInitializer('b1', [2], Float32Array.of(4, 5)),
        makeInitializer('w2', [2, 2], Float32Array.of(1, -2, 0, 0))
      ],
      inputs: [makeFloatValue('x', ['batch', 1])],
      outputs: [makeFloatValue('y', ['batch', 2])]
    });
    const found = await equalized(model);
    // Channel 0: r = sqrt(8 * 2) / 2 = 2. Channel 1 is dead behind, and stays.
    expect([...found.pairs[0]!.factors]).toEqual([2, 1]);
    expect([...weightsOf(found.model, 'w1')]).toEqual([4, -3]);
    expect([...weightsOf(found.model, 'b1')]).toEqual([2, 5]);
    expect([...weightsOf(found.model, 'w2')]).toEqual([2, -4, 0, 0]);
    expect([...weightsOf(found.before, 'w1')]).toEqual([8, -3]);
  });

  test('a Clip is not passed, an Identity is', async () => {
    const names = async (middle: 'Clip' | 'None') =>
      (await equalized(chain(middle))).pairs.map(({ first }) => first);
    expect(await names('Clip')).toEqual(['pointwise', 'hidden']);
    expect(await names('None')).toEqual(['pointwise', 'depthwise', 'hidden']);
  });

  test('a tensor that is read twice, or weights that are shared, are left alone', async () => {
    const model = chain();
    const twice = {
      ...model,
      graph: {
        ...model.graph,
        nodes: model.graph.nodes
          .map((node) => (node.outputs[0] === 'y' ? makeNode('Gemm', ['i', 'w5'], ['z']) : node))
          .concat(makeNode('Gemm', ['i', 'w5'], ['u']), makeNode('Add', ['z', 'u'], ['y']))
      }
    };
    expect((await equalized(twice)).pairs.map(({ first }) => first)).toEqual(['pointwise', 'depthwise']);
  });
});

test.each(['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse'])(
  'the logits of %s stay within 100 dB',
  async (name) => {
    const bytes = new Uint8Array(readFileSync(join(samples, `${name}.onnx`)));
    const { before, model, pairs } = await equalized(readModel(bytes, name));
    expect(pairs.length).toBeGreaterThanOrEqual(8);
    const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
    const dataset = await openDataset(join(samples, 'calib.npz'), 'npz', preprocessing, 'calib.npz');
    const pictures = await dataset.batch(0, 64);
    const shape = [64, ...dataset.shape];
    const wanted = await outputsOf(before, pictures, shape);
    const found = await outputsOf(model, pictures, shape);
    expect(sqnrDb(wanted, found)).toBeGreaterThan(100);
    expect(found).not.toEqual(wanted);
  }
);
