import * as fc from 'fast-check';
import { makeNode } from '../../src/main/graph/index.ts';
import type { Initializer, Model, Node } from '../../src/main/graph/index.ts';
import { conv, graphOf, integers, scalar, weights } from '../graph/fixtures/small-graphs.ts';

const pair = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);

/** How a convolution moves over its input. */
const geometries = fc.record({
  kernel: pair(fc.constantFrom(1, 2, 3, 3)),
  strides: pair(fc.constantFrom(1, 1, 2, 3)),
  dilations: pair(fc.integer({ min: 1, max: 2 })),
  /** Top, left, bottom, right. */
  pads: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 })))
});
type Geometry = typeof geometries extends fc.Arbitrary<infer Value> ? Value : never;

const attributesOf = ({ kernel, strides, dilations, pads }: Geometry, group = 1) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
  group
});

const extents = ({ kernel, strides, dilations, pads }: Geometry, input: readonly [number, number]) =>
  [0, 1].map((axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((input[axis]! + pads[axis]! + pads[axis + 2]! - reach) / strides[axis]!) + 1;
  }) as [number, number];

/** The last layers, from `h` of (batch, channels, height, width) to the logits `y`. */
type Head = 'Gemm' | 'MatMul' | 'rows';

/**
 * Small networks for pictures of 3 channels and odd sizes: a convolution, an activation; a grouped or depthwise convolution and
 * another one, added up; a pooling; then a Gemm, a MatMul with its bias, or a MatMul of rows and a Gemm. Strides, dilations and
 * pads are random, and differ between the axes and sides.
 */
export const randomNetworks: fc.Arbitrary<Model> = fc
  .record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    size: pair(fc.integer({ min: 5, max: 13 })),
    channels: fc.constantFrom(2, 6, 10, 16),
    groups: fc.constantFrom<1 | 2 | 'depthwise'>(1, 2, 'depthwise'),
    first: geometries,
    second: geometries,
    activation: fc.constantFrom('Relu', 'Tanh', 'Clip', 'none'),
    pooling: fc.constantFrom('MaxPool', 'AveragePool'),
    head: fc.constantFrom<Head>('Gemm', 'MatMul', 'rows'),
    classes: fc.integer({ min: 2, max: 7 })
  })
  .filter(({ size, first, second }) => {
    const middle = extents(first, size);
    return Math.min(...middle) >= 1 && Math.min(...extents(second, middle)) >= 2;
  })
  .map(({ seed, size, channels, groups, first, second, activation, pooling, head, classes }) => {
    const group = groups === 'depthwise' ? channels : groups;
    const [height, width] = extents(second, extents(first, size)).map((extent) => extent - 1) as [
      number,
      number
    ];
    const ends = headOf(head, channels, height * width, classes, seed + 10);
    return graphOf(
      [
        conv('x', 'first', 'a', true, attributesOf(first)),
        ...activationOf(activation, 'a', 'b'),
        conv('b', 'grouped', 'c', false, attributesOf(second, group)),
        conv('b', 'last', 'd', true, attributesOf(second)),
        makeNode('Add', ['c', 'd'], ['e']),
        makeNode('Relu', ['e'], ['f']),
        makeNode(pooling, ['f'], ['h'], { kernel_shape: [2, 2] }),
        ...ends.nodes
      ],
      [
        weights('first.weight', [channels, 3, ...first.kernel], seed),
        weights('first.bias', [channels], seed + 1),
        weights('grouped.weight', [channels, channels / group, ...second.kernel], seed + 2),
        weights('last.weight', [channels, channels, ...second.kernel], seed + 3),
        weights('last.bias', [channels], seed + 4),
        scalar('low', -0.4),
        scalar('high', 0.7),
        ...ends.initializers
      ],
      ['batch', 3, ...size]
    );
  });

function activationOf(activation: string, from: string, to: string): Node[] {
  if (activation === 'none') return [makeNode('Identity', [from], [to])];
  return [makeNode(activation, activation === 'Clip' ? [from, 'low', 'high'] : [from], [to])];
}

function headOf(
  head: Head,
  channels: number,
  positions: number,
  classes: number,
  seed: number
): { nodes: Node[]; initializers: Initializer[] } {
  const inputs = channels * positions;
  const dense = (name: string, shape: readonly [number, number], outputs: number) => [
    weights(`${name}.weight`, shape, seed),
    weights(`${name}.bias`, [outputs], seed + 1)
  ];
  const flatten = (from: string) => makeNode('Flatten', [from], ['flat']);
  const gemm = makeNode('Gemm', ['flat', 'dense.weight', 'dense.bias'], ['y'], { transB: 1 }, 'dense');
  switch (head) {
    case 'Gemm':
      return { nodes: [flatten('h'), gemm], initializers: dense('dense', [classes, inputs], classes) };
    case 'MatMul':
      return {
        nodes: [
          flatten('h'),
          makeNode('MatMul', ['flat', 'dense.weight'], ['product'], {}, 'dense'),
          makeNode('Add', ['product', 'dense.bias'], ['y'])
        ],
        initializers: dense('dense', [inputs, classes], classes)
      };
    case 'rows':
      return {
        nodes: [
          makeNode('Reshape', ['h', 'rows.shape'], ['lines']),
          makeNode('MatMul', ['lines', 'rows.weight'], ['rows.product'], {}, 'rows'),
          makeNode('Add', ['rows.product', 'rows.bias'], ['rows.sum']),
          flatten('rows.sum'),
          gemm
        ],
        initializers: [
          integers('rows.shape', [0, channels, -1]),
          ...dense('rows', [positions, 3], 3),
          ...dense('dense', [classes, channels * 3], classes)
        ]
      };
  }
}
