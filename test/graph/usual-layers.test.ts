import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeNode, withUsualLayers } from '../../src/main/graph/index.ts';
import type { AttributeLiteral, Initializer, Model, Node } from '../../src/main/graph/index.ts';
import { analyze, noise, outputOf } from './fixtures/run-model.ts';
import { graphOf, weights } from './fixtures/small-graphs.ts';

/** Compares a model with its usual form. @returns that form's layers */
async function layersOfUsualForm(model: Model, shape: readonly number[]) {
  const usual = withUsualLayers(model, () => shape.length);
  const input = noise(shape, 5);
  const [expected, found] = [await outputOf(model, input), await outputOf(usual, input)];
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
  return (await analyze(usual, shape.slice(1))).layers;
}

const gemm = (inputs: string[], attributes: Record<string, AttributeLiteral>) =>
  makeNode('Gemm', inputs, ['y'], attributes, 'fc');
const half = { float: 0.5 };
const b = weights('b', [4], 2);

test.each<[string, Node, Initializer[]]>([
  ['alpha', gemm(['x', 'w', 'b'], { alpha: half }), [weights('w', [6, 4], 1), b]],
  ['beta', gemm(['x', 'w', 'b'], { beta: half, transB: 1 }), [weights('w', [4, 6], 1), b]],
  ['beta without a bias', gemm(['x', 'w'], { beta: half }), [weights('w', [6, 4], 1)]],
  ['both', gemm(['x', 'w', 'b'], { alpha: half, beta: { float: 2 } }), [weights('w', [6, 4], 1), b]]
])('a Gemm with %s is a layer', async (_, node, initializers) => {
  const layers = await layersOfUsualForm(graphOf([node], initializers, ['batch', 6]), [3, 6]);
  expect(layers).toMatchObject([{ name: 'fc', operator: 'Gemm', outputShape: [4] }]);
});

test.each<[string, Node[], Initializer[]]>([
  ['a Gemm that turns what enters', [gemm(['h', 'w', 'b'], { transA: 1 })], [weights('w', [6, 4], 1), b]],
  ['a Gemm with weights on its left', [gemm(['w', 'h'], {})], [weights('w', [4, 6], 1)]],
  [
    'the same, turned and scaled',
    [gemm(['w', 'h', 'c'], { transA: 1, alpha: half, beta: half })],
    [weights('w', [6, 4], 1), weights('c', [4, 1], 3)]
  ],
  [
    'a MatMul with weights on its left',
    [makeNode('MatMul', ['w', 'h'], ['y'], {}, 'fc')],
    [weights('w', [4, 6], 1)]
  ]
])('%s is a layer', async (_, nodes, initializers) => {
  const turn = makeNode('Transpose', ['x'], ['h'], { perm: [1, 0] });
  const layers = await layersOfUsualForm(graphOf([turn, ...nodes], initializers, ['batch', 6]), [3, 6]);
  expect(layers).toMatchObject([{ name: 'fc', parameters: expect.any(Number) as number }]);
  expect(layers[0]!.weightShape.toSorted()).toEqual([4, 6]);
});

test('a MatMul of more dimensions with weights on its left', async () => {
  const model = graphOf(
    [makeNode('MatMul', ['w', 'x'], ['y'], {}, 'mix')],
    [weights('w', [5, 6], 1)],
    ['batch', 2, 6, 3]
  );
  const layers = await layersOfUsualForm(model, [2, 2, 6, 3]);
  expect(layers).toMatchObject([{ operator: 'MatMul', weightShape: [6, 5] }]);
});

test('a transposed convolution of any stride, pad, dilation and group is a convolution', async () => {
  const axis = fc.record({
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    before: fc.integer({ min: 0, max: 3 }),
    after: fc.integer({ min: 0, max: 3 }),
    more: fc.integer({ min: 0, max: 2 }),
    extent: fc.integer({ min: 3, max: 5 })
  });
  const layer = fc.record({
    axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
    groups: fc.constantFrom(1, 2),
    bias: fc.boolean()
  });
  await fc.assert(
    fc.asyncProperty(layer, async ({ axes, groups, bias }) => {
      const of = (key: keyof (typeof axes)[number]) => axes.map((each) => each[key]);
      // ONNX Runtime wants the additional rows to be fewer than the stride.
      const more = axes.map(({ more: rows, stride }) => Math.min(rows, stride - 1));
      const outputs = axes.map(
        ({ extent, stride, kernel, dilation, before, after }, i) =>
          (extent - 1) * stride + more[i]! + (kernel - 1) * dilation + 1 - before - after
      );
      fc.pre(outputs.every((extent) => extent > 0));
      const node = makeNode(
        'ConvTranspose',
        bias ? ['x', 'w', 'b'] : ['x', 'w'],
        ['y'],
        {
          kernel_shape: of('kernel'),
          strides: of('stride'),
          dilations: of('dilation'),
          pads: [...of('before'), ...of('after')],
          output_padding: more,
          group: groups
        },
        'up'
      );
      const initializers = [
        weights('w', [4, 6 / groups, ...of('kernel')], 1),
        ...(bias ? [weights('b', [6], 2)] : [])
      ];
      const shape = [2, 4, ...of('extent')];
      const layers = await layersOfUsualForm(
        graphOf([node], initializers, ['batch', ...shape.slice(1)]),
        shape
      );
      expect(layers).toMatchObject([{ name: 'up', operator: 'Conv', outputShape: [6, ...outputs] }]);
    }),
    { numRuns: 60 }
  );
});

test('a transposed convolution whose pads are not said is refused', () => {
  const node = makeNode(
    'ConvTranspose',
    ['x', 'w'],
    ['y'],
    { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    'up'
  );
  const model = graphOf([node], [weights('w', [3, 4, 3, 3], 1)]);
  expect(() => withUsualLayers(model, () => 4)).toThrow(
    expect.objectContaining({ code: 'MODEL_OPERATOR_UNSUPPORTED' }) as Error
  );
});
