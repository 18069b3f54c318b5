import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { makeInitializer, makeModel, makeNode, writeModel } from '../../src/main/graph/index.ts';
import { elementType } from '../../src/main/graph/onnx/index.ts';
import type { IntegerKernels, LayerShape } from '../../src/main/kernels/integer-kernels.ts';
import {
  convolutionOutput,
  inputElements,
  outputChannels,
  outputElements,
  reductionLength
} from '../../src/main/kernels/layer-shape.ts';
import { referenceIntegerKernels } from '../../src/main/kernels/reference/integer-layer.ts';
import type { Quantizer } from '../../src/main/quantization/quantizer.ts';
import {
  buildIntegerLayer,
  layerExecutor,
  onnxRuntimeSettings
} from '../../src/main/simulation/integer/index.ts';
import { compiledKernels } from '../kernels-integer/compiled-kernels.ts';

const f32 = Math.fround;

/** Numbers that look random and are the same each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Case {
  readonly shape: LayerShape;
  readonly input: Quantizer;
  readonly weights: Quantizer;
  readonly output: Quantizer;
  readonly codes: Uint8Array;
  readonly weightCodes: Uint8Array;
  /** In whole multiples of the scale of the sums, so that both sides round it to the same int32. */
  readonly bias: Int32Array;
}

const quantizer = (scale: number[], zeroPoint: number, axis: number | null): Quantizer => ({
  bits: 8,
  scale: Float32Array.from(scale),
  zeroPoint: new Int32Array(scale.length).fill(zeroPoint),
  low: 0,
  high: 255,
  axis
});

/** Weights as uint8 with zero point 128 or alike: u8 x u8 is exact in ONNX Runtime on every processor. */
function randomCase(shape: LayerShape, samples: number, seed: number): Case {
  const random = generator(seed);
  const whole = (below: number) => Math.floor(random() * below);
  const channels = outputChannels(shape);
  const reduction = reductionLength(shape);
  const isPerChannel = random() < 0.5;
  const weightScale = Array.from({ length: isPerChannel ? channels : 1 }, () => 0.001 + random() * 0.01);
  const inputScale = 0.01 + random() * 0.05;
  // A typical sum spreads over the output's codes, some of them beyond.
  const outputScale = (inputScale * 0.006 * 5000 * Math.sqrt(reduction)) / 80;
  return {
    shape,
    input: quantizer([inputScale], whole(256), null),
    weights: quantizer(weightScale, 100 + whole(56), isPerChannel ? 0 : null),
    output: quantizer([outputScale], whole(256), null),
    codes: Uint8Array.from({ length: samples * inputElements(shape) }, () => whole(256)),
    weightCodes: Uint8Array.from({ length: channels * reduction }, () => whole(256)),
    bias: Int32Array.from({ length: channels }, () => whole(40000) - 20000)
  };
}

async function qlinearConv(
  { shape, input, weights, output, codes, weightCodes, bias }: Case,
  samples: number
) {
  if (shape.kind !== 'convolution') throw new Error('a convolution is needed');
  const scalar = (name: string, value: number) => makeInitializer(name, [], Float32Array.of(value));
  const byte = (name: string, value: number) => makeInitializer(name, [], Uint8Array.of(value));
  const value = (name: string) => ({
    name,
    type: { kind: 'tensor', elementType: elementType.uint8, shape: null, encoded: null } as const,
    documentation: '',
    unknown: []
  });
  const count = weights.scale.length;
  const model = makeModel({
    nodes: [
      makeNode('QLinearConv', ['x', 'sx', 'zx', 'w', 'sw', 'zw', 'sy', 'zy', 'b'], ['y'], {
        kernel_shape: shape.kernel,
        strides: shape.strides,
        dilations: shape.dilations,
        pads: shape.pads,
        group: shape.groups
      })
    ],
    initializers: [
      scalar('sx', input.scale[0]!),
      byte('zx', input.zeroPoint[0]!),
      makeInitializer(
        'w',
        [shape.outputChannels, shape.input[0] / shape.groups, ...shape.kernel],
        weightCodes
      ),
      makeInitializer('sw', count === 1 ? [] : [count], weights.scale),
      makeInitializer('zw', count === 1 ? [] : [count], Uint8Array.from(weights.zeroPoint)),
      scalar('sy', output.scale[0]!),
      byte('zy', output.zeroPoint[0]!),
      makeInitializer('b', [shape.outputChannels], bias)
    ],
    inputs: [value('x')],
    outputs: [value('y')]
  });
  const session = await ort.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3
  });
  const results = await session.run({ x: new ort.Tensor('uint8', codes, [samples, ...shape.input]) });
  await session.release();
  return results['y']!.data as Uint8Array;
}

function integerEngine(kernels: IntegerKernels, layerCase: Case, samples: number): number[] {
  const { shape, input, weights, output, weightCodes } = layerCase;
  const bias = Float32Array.from(
    layerCase.bias,
    (code, i) => code * f32(input.scale[0]! * weights.scale[weights.scale.length === 1 ? 0 : i]!)
  );
  const { layer, bias: built } = buildIntegerLayer(
    { name: 'layer', shape, input, weights, output, bias, weightCodes: Int32Array.from(weightCodes) },
    onnxRuntimeSettings
  );
  expect(built!.codes).toEqual(layerCase.bias);
  const executor = layerExecutor(kernels, layer);
  const codes = executor.execute(Int16Array.from(layerCase.codes), samples);
  expect(executor.statistics().overflows).toBe(0);
  executor.release();
  return Array.from(codes);
}

function randomConvolution(seed: number): LayerShape {
  const random = generator(seed * 7919);
  const from = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const isDepthwise = random() < 0.25;
  const groups = isDepthwise ? from(1, 20) : from(1, 3);
  const shape = {
    kind: 'convolution',
    groups,
    input: [isDepthwise ? groups : groups * from(1, 9), from(4, 17), from(4, 17)],
    outputChannels: isDepthwise ? groups : groups * from(1, 17),
    kernel: [from(1, 4), from(1, 4)],
    strides: [from(1, 3), from(1, 3)],
    dilations: [from(1, 2), from(1, 2)],
    pads: [from(0, 2), from(0, 2), from(0, 2), from(0, 2)]
  } as const;
  return convolutionOutput(shape).every((extent) => extent > 0) ? shape : randomConvolution(seed + 1000);
}

describe("ONNX Runtime's QLinearConv gives the same codes", () => {
  test('as the kernels and as the reference, for 150 random layers', async () => {
    const kernels = await compiledKernels();
    const seen = new Set<number>();
    for (let seed = 1; seed <= 150; seed++) {
      const samples = 1 + (seed % 2);
      const layerCase = randomCase(randomConvolution(seed), samples, seed);
      const expected = Array.from(await qlinearConv(layerCase, samples));
      expected.forEach((code) => seen.add(code));
      expect(integerEngine(kernels, layerCase, samples), `seed ${seed}`).toEqual(expected);
      if (seed % 10 === 0) {
        expect(integerEngine(referenceIntegerKernels, layerCase, samples)).toEqual(expected);
      }
      expect(expected).toHaveLength(samples * outputElements(layerCase.shape));
    }
    expect(seen.size).toBe(256);
  });
});

describe("ONNX Runtime's QGemm", () => {
  const random = generator(99);
  const whole = (below: number) => Math.floor(random() * below);

  test.each([
    [1, 128, 10, true],
    [33, 17, 21, true],
    [7, 64, 8, false]
  ])(
    'of %s rows, %s inputs and %s outputs gives the same codes, or values (codes: %s)',
    async (rows, inputs, outputs, isCodes) => {
      const kernels = await compiledKernels();
      const input = quantizer([0.02], 131, null);
      const weights = quantizer([0.003], 120, null);
      const output = isCodes ? quantizer([0.05 * Math.sqrt(inputs)], 77, null) : null;
      const codes = Uint8Array.from({ length: rows * inputs }, () => whole(256));
      const weightCodes = Uint8Array.from({ length: inputs * outputs }, () => whole(256));
      const biasCodes = Int32Array.from({ length: outputs }, () => whole(20000) - 10000);
      const value = (name: string, type: number) => ({
        name,
        type: { kind: 'tensor', elementType: type, shape: null, encoded: null } as const,
        documentation: '',
        unknown: []
      });
      const ends = output === null ? [] : ['sy', 'zy'];
      const model = makeModel({
        nodes: [
          makeNode(
            'QGemm',
            ['x', 'sx', 'zx', 'w', 'sw', 'zw', 'b', ...ends],
            ['y'],
            { transB: 1 },
            '',
            'com.microsoft'
          )
        ],
        initializers: [
          makeInitializer('sx', [], input.scale),
          makeInitializer('zx', [], Uint8Array.from(input.zeroPoint)),
          makeInitializer('w', [outputs, inputs], weightCodes),
          makeInitializer('sw', [], weights.scale),
          makeInitializer('zw', [], Uint8Array.from(weights.zeroPoint)),
          makeInitializer('b', [outputs], biasCodes),
          makeInitializer('sy', [], output?.scale ?? Float32Array.of(1)),
          makeInitializer('zy', [], Uint8Array.from(output?.zeroPoint ?? [0]))
        ],
        inputs: [value('x', elementType.uint8)],
        outputs: [value('y', isCodes ? elementType.uint8 : elementType.float32)]
      });
      const withDomain = {
        ...model,
        opsets: [...model.opsets, { domain: 'com.microsoft', version: 1, unknown: [] }]
      };
      const session = await ort.InferenceSession.create(writeModel(withDomain), { logSeverityLevel: 3 });
      const { y } = await session.run({ x: new ort.Tensor('uint8', codes, [rows, inputs]) });
      await session.release();

      const scale = f32(input.scale[0]! * weights.scale[0]!);
      const { layer } = buildIntegerLayer(
        {
          name: 'fc',
          shape: { kind: 'product', rows: 1, inputs, outputs },
          input,
          weights,
          output,
          bias: Float32Array.from(biasCodes, (code) => code * scale),
          weightCodes: Int32Array.from(weightCodes)
        },
        onnxRuntimeSettings
      );
      const executor = layerExecutor(kernels, layer);
      expect(Array.from(executor.execute(Int16Array.from(codes), rows))).toEqual(
        Array.from(y!.data as Uint8Array | Float32Array)
      );
      executor.release();
    }
  );
});
