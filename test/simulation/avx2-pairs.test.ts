import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { makeInitializer, makeModel, makeNode, writeModel } from '../../src/main/graph/index.ts';
import { elementType } from '../../src/main/graph/onnx/index.ts';
import { exactWeightStorage } from '../../src/main/inference/weight-storage.ts';
import type { IntegerLayer } from '../../src/main/kernels/integer-kernels.ts';
import { convolutionOutput } from '../../src/main/kernels/layer-shape.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';

/** Whole numbers that look random and are the same each time. */
function wholeNumbers(count: number, low: number, high: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return low + Math.floor(((state >>> 8) / 2 ** 24) * (high - low + 1));
  });
}

/** ONNX Runtime's convolution of uint8 codes by int8 weights of all 8 bits. */
async function signedConvolution(layer: IntegerLayer, codes: Uint8Array, outputScale: number) {
  const { shape } = layer;
  if (shape.kind !== 'convolution') throw new Error('a convolution is needed');
  const value = (name: string) => ({
    name,
    type: { kind: 'tensor', elementType: elementType.uint8, shape: null, encoded: null } as const,
    documentation: '',
    unknown: []
  });
  const model = makeModel({
    nodes: [
      makeNode('QLinearConv', ['x', 'one', 'zx', 'w', 'one', 'zw', 'sy', 'zy'], ['y'], { pads: shape.pads })
    ],
    initializers: [
      makeInitializer(
        'w',
        [shape.outputChannels, shape.input[0], ...shape.kernel],
        Int8Array.from(layer.weights)
      ),
      makeInitializer('one', [], Float32Array.of(1)),
      makeInitializer('sy', [], Float32Array.of(outputScale)),
      makeInitializer('zx', [], Uint8Array.of(layer.input.zeroPoint)),
      makeInitializer('zw', [], Int8Array.of(0)),
      makeInitializer('zy', [], Uint8Array.of(128))
    ],
    inputs: [value('x')],
    outputs: [value('y')]
  });
  const session = await ort.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3
  });
  const { y } = await session.run({ x: new ort.Tensor('uint8', codes, [1, ...shape.input]) });
  await session.release();
  return Int16Array.from(y!.data as Uint8Array);
}

test.each([
  [8, 16, 1, 6],
  [3, 16, 3, 8],
  [16, 32, 3, 8],
  [64, 64, 3, 6],
  [5, 7, 3, 7],
  [33, 20, 1, 5]
])(
  '%s to %s channels, kernel %s: avx2-pairs is what ONNX Runtime computes where the processor has no VNNI',
  async (inputs, outputs, kernel, extent) => {
    const pad = kernel === 3 ? 1 : 0;
    const reduction = inputs * kernel * kernel;
    const outputScale = Math.fround(100 * Math.sqrt(reduction));
    const layer: IntegerLayer = {
      shape: {
        kind: 'convolution',
        groups: 1,
        input: [inputs, extent, extent],
        outputChannels: outputs,
        kernel: [kernel, kernel],
        strides: [1, 1],
        dilations: [1, 1],
        pads: [pad, pad, pad, pad]
      },
      // Its patches have the channel innermost.
      order: 'channel-innermost',
      accumulation: { kind: 'avx2-pairs' },
      input: { zeroPoint: 37 + inputs, low: 0, high: 255 },
      weights: Int16Array.from(wholeNumbers(outputs * reduction, -128, 127, reduction)),
      weightZeroPoints: Int32Array.of(0),
      bias: null,
      offset: null,
      output: {
        kind: 'codes',
        requantization: { kind: 'float-multiplier', multipliers: Float32Array.of(1 / outputScale) },
        zeroPoint: 128,
        low: 0,
        high: 255
      }
    };
    const codes = Uint8Array.from(wholeNumbers(inputs * extent * extent, 0, 255, inputs));
    const theirs = await signedConvolution(layer, codes, outputScale);
    const [height, width] = convolutionOutput(
      layer.shape as Extract<IntegerLayer['shape'], { kind: 'convolution' }>
    );
    const compute = async (accumulation: IntegerLayer['accumulation']) => {
      const output = new Int16Array(outputs * height * width);
      const prepared = (await compiledKernels()).prepare({ ...layer, accumulation });
      const { overflows } = prepared.run(Int16Array.from(codes), 1, output);
      return { output, overflows };
    };
    const paired = await compute({ kind: 'avx2-pairs' });
    const exact = await compute({ kind: 'limited', bits: 32, overflow: 'wrap', tile: null });
    expect(paired.overflows).toBeGreaterThan(0);
    expect(paired.output).not.toEqual(exact.output);
    // With VNNI, and on other processors, its sums are exact.
    const saturates = (await exactWeightStorage()) === 'uint8';
    expect(saturates ? paired.output : exact.output).toEqual(theirs);
  }
);
