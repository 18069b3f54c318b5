import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import {
  makeFloatValue,
  makeInitializer,
  makeModel,
  makeNode,
  writeModel
} from '../../src/main/graph/index.ts';
import type { Layer } from '../../src/main/graph/index.ts';
import { layerGeometry, outputChannelsFirst } from '../../src/main/graph/layer-geometry.ts';
import { convolutionOutput } from '../../src/main/kernels/layer-shape.ts';

const layer = (operator: Layer['operator'], weightShape: readonly number[], weightAxis: number): Layer => ({
  name: 'layer',
  operator,
  input: 'x',
  weight: 'w',
  weightShape,
  weightAxis,
  bias: null,
  output: 'y',
  fused: null,
  fusedOutput: 'y',
  inputShape: [],
  outputShape: [],
  positionsBefore: 1,
  parameters: 0,
  macs: 0
});

type Attributes = Parameters<typeof makeNode>[3];

describe('a convolution', () => {
  test.each<[string, Attributes, readonly number[], readonly number[]]>([
    ['with nothing said', {}, [4, 2, 3, 3], [2, 9, 7]],
    ['with pads of four sides', { pads: [1, 0, 2, 3], strides: [2, 1] }, [4, 2, 3, 2], [2, 9, 7]],
    ['SAME_UPPER', { auto_pad: 'SAME_UPPER', strides: [2, 3] }, [4, 2, 4, 3], [2, 9, 7]],
    ['SAME_LOWER', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, [4, 2, 4, 2], [2, 9, 8]],
    ['VALID', { auto_pad: 'VALID', dilations: [2, 1] }, [4, 2, 3, 3], [2, 9, 7]],
    ['with groups', { group: 2 }, [4, 1, 3, 3], [2, 9, 7]],
    ['of one dimension', { pads: [2, 1], strides: [2] }, [4, 2, 5], [2, 16]]
  ])(
    '%s has the pads and extents that ONNX Runtime gives it',
    async (_, attributes, weightShape, inputShape) => {
      const node = makeNode('Conv', ['x', 'w'], ['y'], attributes);
      const geometry = layerGeometry(layer('Conv', weightShape, 0), node, inputShape);
      if (geometry.kind !== 'convolution') throw new Error('a convolution is not a product');
      const ones = (shape: readonly number[]) =>
        new Float32Array(shape.reduce((all, extent) => all * extent, 1)).fill(1);
      const run = async (
        convolution: ReturnType<typeof makeNode>,
        weights: readonly number[],
        input: readonly number[]
      ) => {
        const model = makeModel({
          nodes: [convolution],
          initializers: [makeInitializer('w', weights, ones(weights))],
          inputs: [makeFloatValue('x', [1, ...input])],
          outputs: [makeFloatValue('y', input.map(() => null).concat(null))]
        });
        const session = await ort.InferenceSession.create(writeModel(model));
        const { y } = await session.run({ x: new ort.Tensor('float32', ones(input), [1, ...input]) });
        await session.release();
        return y!;
      };
      const expected = await run(node, weightShape, inputShape);
      const { kernel, strides, dilations, pads, groups, input, outputChannels } = geometry;
      // Ones tell by their sums which sides were padded.
      const explicit = makeNode('Conv', ['x', 'w'], ['y'], { strides, dilations, pads, group: groups });
      const found = await run(explicit, [outputChannels, input[0] / groups, ...kernel], input);
      expect(found.data).toEqual(expected.data);
      expect([1, outputChannels, ...convolutionOutput(geometry)]).toEqual(found.dims);
    }
  );

  test('of three dimensions is refused', () => {
    const node = makeNode('Conv', ['x', 'w'], ['y'], {}, 'conv3d');
    expect(() => layerGeometry(layer('Conv', [1, 1, 2, 2, 2], 0), node, [1, 4, 4, 4])).toThrow(
      /Conv \(node conv3d\)/
    );
  });

  test('with negative pads is refused', () => {
    const node = makeNode('Conv', ['x', 'w'], ['y'], { pads: [-1, 0, 0, 0] }, 'cut');
    expect(() => layerGeometry(layer('Conv', [1, 1, 2, 2], 0), node, [1, 4, 4])).toThrow(/node cut/);
  });
});

test('a matrix product has the rows of the middle dimensions', () => {
  const node = makeNode('MatMul', ['x', 'w'], ['y']);
  expect(layerGeometry(layer('MatMul', [6, 5], 1), node, [3, 4, 6])).toEqual({
    kind: 'product',
    rows: 12,
    inputs: 6,
    outputs: 5
  });
});

test('weights with their outputs last are transposed', () => {
  const codes = Int32Array.of(1, 2, 3, 4, 5, 6);
  expect([...outputChannelsFirst(codes, layer('MatMul', [2, 3], 1))]).toEqual([1, 4, 2, 5, 3, 6]);
  expect(outputChannelsFirst(codes, layer('Gemm', [2, 3], 0))).toBe(codes);
});
