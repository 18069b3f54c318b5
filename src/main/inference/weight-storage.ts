import { makeFloatValue, makeInitializer, makeModel, makeNode, writeModel } from '../graph/index.ts';
import { openSession } from './session.ts';

export type WeightStorage = 'int8' | 'uint8';

const channels = 64;
const outputScale = 16384;

let known: Promise<WeightStorage> | null = null;

/**
 * How weights must be stored for ONNX Runtime's integer kernels to be exact on this processor. Where there are no
 * VNNI instructions, its u8 x s8 kernels add pairs of products in 16 bits, which saturates when weights use all 8 bits
 * (pmaddubsw); its u8 x u8 kernels do not. Found out by a sum that would saturate, once for each process.
 */
export function exactWeightStorage(): Promise<WeightStorage> {
  return (known ??= signedProductsAreExact().then((exact) => (exact ? 'int8' : 'uint8')));
}

/** Computes 64 times 255 * 127 as a 1x1 and as a 3x3 convolution, and compares with the exact sums. */
async function signedProductsAreExact(): Promise<boolean> {
  for (const kernel of [1, 3]) {
    const products = channels * kernel * kernel;
    const expected = Math.round((255 * 127 * products) / (outputScale * kernel * kernel));
    const session = await openSession(writeModel(probe(kernel)), { threads: 1 });
    try {
      const picture = new Float32Array(channels * 9).fill(255);
      const result = await session.run(picture, [1, channels, 3, 3]);
      const values = result.get('y')!.data as Float32Array;
      if (values.some((value) => value !== expected)) return false;
    } finally {
      await session.release();
    }
  }
  return true;
}

function probe(kernel: number) {
  const float = (name: string, value: number) => makeInitializer(name, [], new Float32Array([value]));
  return makeModel({
    nodes: [
      makeNode('QuantizeLinear', ['x', 'one', 'zero'], ['codes']),
      makeNode(
        'QLinearConv',
        ['codes', 'one', 'zero', 'weights', 'one', 'signedZero', 'outputScale', 'zero'],
        ['sums'],
        { kernel_shape: [kernel, kernel] }
      ),
      makeNode('DequantizeLinear', ['sums', 'one', 'zero'], ['y'])
    ],
    initializers: [
      float('one', 1),
      float('outputScale', outputScale * kernel * kernel),
      makeInitializer('zero', [], new Uint8Array([0])),
      makeInitializer('signedZero', [], new Int8Array([0])),
      makeInitializer(
        'weights',
        [channels, channels, kernel, kernel],
        new Int8Array(channels * channels * kernel * kernel).fill(127)
      )
    ],
    inputs: [makeFloatValue('x', ['batch', channels, 3, 3])],
    outputs: [makeFloatValue('y', ['batch', channels, null, null])]
  });
}
