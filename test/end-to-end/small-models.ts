import {
  makeFloatValue,
  makeInitializer,
  makeModel,
  makeNode,
  writeModel
} from '../../src/main/graph/index.ts';
import type { Initializer, Node } from '../../src/main/graph/index.ts';
import { conv, weights } from '../graph/fixtures/small-graphs.ts';

type Shape = readonly (number | string)[];

/** ONNX bytes of a classifier of 3 x 8 x 8 pictures into four classes, with nodes and tensors of one's own in between. */
export function classifier(
  options: {
    readonly input?: Shape;
    /** From the tensor `h`, of 4 channels, to the tensor `m`. */
    readonly middle?: readonly Node[];
    readonly tensors?: readonly Initializer[];
    readonly firstWeight?: Initializer;
  } = {}
): Uint8Array {
  const { input = ['batch', 3, 8, 8], tensors = [] } = options;
  const middle = options.middle ?? [makeNode('Relu', ['h'], ['m'], {}, 'relu')];
  return writeModel(
    makeModel({
      nodes: [
        conv('x', 'first', 'h'),
        ...middle,
        makeNode('GlobalAveragePool', ['m'], ['p'], {}, 'pool'),
        makeNode('Flatten', ['p'], ['f'], {}, 'flatten'),
        makeNode('Gemm', ['f', 'last.weight'], ['y'], {}, 'last')
      ],
      initializers: [
        options.firstWeight ?? weights('first.weight', [4, 3, 3, 3], 1),
        weights('first.bias', [4], 2),
        weights('last.weight', [4, 4], 3),
        ...tensors
      ],
      inputs: [makeFloatValue('x', input)],
      outputs: [makeFloatValue('y', ['batch', 4])]
    })
  );
}

/** A classifier whose activations pass the largest float32, 3.4e38, where `explode` multiplies them. */
export const overflowing = (): Uint8Array =>
  classifier({
    middle: [
      makeNode('Mul', ['h', 'large'], ['g'], {}, 'grow'),
      makeNode('Mul', ['g', 'large'], ['e'], {}, 'explode'),
      makeNode('Relu', ['e'], ['m'], {}, 'relu')
    ],
    tensors: [makeInitializer('large', [], Float32Array.of(1e30))]
  });

/** A network without anything to quantize. */
export const withoutLayers = (): Uint8Array =>
  writeModel(
    makeModel({
      nodes: [
        makeNode('GlobalAveragePool', ['x'], ['p'], {}, 'pool'),
        makeNode('Flatten', ['p'], ['y'], {}, 'flatten')
      ],
      initializers: [],
      inputs: [makeFloatValue('x', ['batch', 3, 8, 8])],
      outputs: [makeFloatValue('y', ['batch', 3])]
    })
  );

/** A classifier that takes the root of activations of which some are negative. */
export const rootOfNegative = (): Uint8Array =>
  classifier({ middle: [makeNode('Sqrt', ['h'], ['m'], {}, 'root')] });
