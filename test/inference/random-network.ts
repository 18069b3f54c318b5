import * as fc from 'fast-check';
import { makeNode } from '../../src/main/graph/index.ts';
import type { Model } from '../../src/main/graph/index.ts';
import { conv, graphOf, weights } from '../graph/fixtures/small-graphs.ts';

/**
 * Small networks for pictures of 3 x 8 x 8: three convolutions, the middle one grouped, of random strides, dilations, pads and
 * signs, an addition, a pooling, and a Gemm.
 */
export const randomNetworks: fc.Arbitrary<Model> = fc
  .record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    channels: fc.constantFrom(2, 4, 6, 10),
    groups: fc.constantFrom(1, 2),
    stride: fc.integer({ min: 1, max: 2 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    isSigned: fc.boolean(),
    pooling: fc.constantFrom('MaxPool', 'AveragePool'),
    classes: fc.integer({ min: 2, max: 7 })
  })
  .map(({ seed, channels, groups, stride, dilation, isSigned, pooling, classes }) => {
    const border = [dilation, dilation, dilation, dilation];
    const extent = Math.ceil(8 / stride) - 1;
    const activation = (from: string, to: string) => makeNode(isSigned ? 'Tanh' : 'Relu', [from], [to]);
    return graphOf(
      [
        conv('x', 'first', 'a', true, { strides: [stride, stride] }),
        activation('a', 'b'),
        conv('b', 'grouped', 'c', false, { group: groups, dilations: [dilation, dilation], pads: border }),
        conv('b', 'last', 'd', true, {}),
        makeNode('Add', ['c', 'd'], ['e']),
        makeNode('Relu', ['e'], ['f']),
        makeNode(pooling, ['f'], ['g'], { kernel_shape: [2, 2] }),
        makeNode('Flatten', ['g'], ['h']),
        makeNode('Gemm', ['h', 'dense.weight', 'dense.bias'], ['y'], { transB: 1 }, 'dense')
      ],
      [
        weights('first.weight', [channels, 3, 3, 3], seed),
        weights('first.bias', [channels], seed + 1),
        weights('grouped.weight', [channels, channels / groups, 3, 3], seed + 2),
        weights('last.weight', [channels, channels, 3, 3], seed + 3),
        weights('last.bias', [channels], seed + 4),
        weights('dense.weight', [classes, channels * extent * extent], seed + 5),
        weights('dense.bias', [classes], seed + 6)
      ]
    );
  });
