import * as fc from 'fast-check';
import type {
  Accumulation,
  IntegerLayer,
  LayerOutput,
  LayerShape
} from '../../src/main/kernels/integer-kernels.ts';
import {
  convolutionOutput,
  inputElements,
  outputChannels,
  reductionLength
} from '../../src/main/kernels/layer-shape.ts';

/** A layer with a batch of codes for it. */
export interface LayerCase {
  readonly layer: IntegerLayer;
  readonly samples: number;
  readonly codes: Int16Array;
}

const pair = (arbitrary: fc.Arbitrary<number>) => fc.tuple(arbitrary, arbitrary);

const convolutions: fc.Arbitrary<LayerShape> = fc
  .record({
    groups: fc.constantFrom(1, 1, 2, 3, 5),
    channelsOfGroup: fc.integer({ min: 1, max: 5 }),
    outputsOfGroup: fc.integer({ min: 1, max: 9 }),
    extents: pair(fc.integer({ min: 1, max: 19 })),
    kernel: pair(fc.integer({ min: 1, max: 4 })),
    strides: pair(fc.integer({ min: 1, max: 3 })),
    dilations: pair(fc.constantFrom(1, 1, 2, 3)),
    pads: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 3 }))),
    isOneDimensional: fc.constantFrom(false, false, false, true)
  })
  .map(
    ({
      groups,
      channelsOfGroup,
      outputsOfGroup,
      extents,
      kernel,
      strides,
      dilations,
      pads,
      isOneDimensional
    }) => {
      const shape = { kind: 'convolution', groups, outputChannels: groups * outputsOfGroup } as const;
      const input = (height: number) => [groups * channelsOfGroup, height, extents[1]] as const;
      const [top, left, bottom, right] = pads as [number, number, number, number];
      return isOneDimensional
        ? {
            ...shape,
            input: input(1),
            kernel: [1, kernel[1]] as const,
            strides: [1, strides[1]] as const,
            dilations: [1, dilations[1]] as const,
            pads: [0, left, 0, right] as const
          }
        : {
            ...shape,
            input: input(extents[0]),
            kernel,
            strides,
            dilations,
            pads: [top, left, bottom, right] as const
          };
    }
  )
  .filter((shape) => convolutionOutput(shape).every((extent) => extent >= 1));

const products: fc.Arbitrary<LayerShape> = fc.record({
  kind: fc.constant('product' as const),
  rows: fc.constantFrom(1, 1, 2, 7, 33),
  inputs: fc.integer({ min: 1, max: 40 }),
  outputs: fc.integer({ min: 1, max: 21 })
});

const tiles = fc.option(fc.integer({ min: 1, max: 20 }), { nil: null, freq: 1 });

const accumulations: fc.Arbitrary<Accumulation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('limited' as const),
      bits: fc.constantFrom(8, 9, 12, 15, 16, 17, 20, 24, 31, 32),
      overflow: fc.constantFrom('wrap' as const, 'saturate' as const),
      tile: tiles
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('observed' as const), tile: tiles }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'avx2-pairs' as const }) }
);

/** Ranges of codes: unsigned, signed and narrow ones of 2 to 8 bits, and wide ones that make 32 bits overflow. */
const ranges = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom([0, 255], [0, 15], [0, 3], [-128, 127], [-8, 7], [-63, 63]) },
  { weight: 1, arbitrary: fc.constantFrom([-32768, 32767], [0, 32767]) }
) as fc.Arbitrary<readonly [number, number]>;

/** One value for each output channel, or one for all. */
const perChannel = (channels: number, arbitrary: fc.Arbitrary<number>) =>
  fc.oneof(
    fc.array(arbitrary, { minLength: 1, maxLength: 1 }),
    fc.array(arbitrary, { minLength: channels, maxLength: channels })
  );

const int32 = fc.oneof(
  fc.integer({ min: -3000, max: 3000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
);
const multipliers = fc
  .tuple(fc.integer({ min: -16, max: 2 }), fc.double({ min: 1, max: 1.999, noNaN: true }))
  .map(([exponent, mantissa]) => Math.fround(mantissa * 2 ** exponent));

function outputs(channels: number): fc.Arbitrary<{ output: LayerOutput; offset: Float32Array | null }> {
  const bounds = fc
    .constantFrom([0, 255], [0, 15], [-128, 127], [-8, 7], [-32768, 32767])
    .chain(([low = 0, high = 0]) =>
      fc.record({
        zeroPoint: fc.integer({ min: low, max: high }),
        low: fc.constant(low),
        high: fc.constant(high)
      })
    );
  const offset = fc.option(
    perChannel(channels, fc.float({ min: -300, max: 300, noNaN: true })).map((values) =>
      Float32Array.from(values)
    ),
    { nil: null }
  );
  const floatScales = perChannel(channels, multipliers).map((values) => Float32Array.from(values));
  const byFloat = fc
    .tuple(bounds, floatScales, offset)
    .map(([limits, m, added]): { output: LayerOutput; offset: Float32Array | null } => ({
      output: { kind: 'codes', requantization: { kind: 'float-multiplier', multipliers: m }, ...limits },
      offset: added
    }));
  const byFixedPoint = fc
    .integer({ min: 1, max: channels })
    .chain((count) =>
      fc.tuple(
        bounds,
        fc.array(
          fc.oneof(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.constantFrom(2 ** 30, 3 * 2 ** 29)),
          {
            minLength: channels,
            maxLength: channels
          }
        ),
        fc.array(fc.oneof(fc.integer({ min: -3, max: 31 }), fc.constant(count % 12)), {
          minLength: channels,
          maxLength: channels
        })
      )
    )
    .map(([limits, m, shifts]): { output: LayerOutput; offset: null } => ({
      output: {
        kind: 'codes',
        requantization: {
          kind: 'fixed-point',
          multipliers: Int32Array.from(m),
          shifts: Int32Array.from(shifts)
        },
        ...limits
      },
      offset: null
    }));
  const values = fc
    .tuple(floatScales, offset)
    .map(([scales, added]): { output: LayerOutput; offset: Float32Array | null } => ({
      output: { kind: 'values', scales },
      offset: added
    }));
  return fc.oneof(byFloat, byFixedPoint, values);
}

const codesIn = ([low, high]: readonly [number, number], length: number) =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: low, max: high }) },
        { weight: 1, arbitrary: fc.constantFrom(low, high) }
      ),
      {
        minLength: length,
        maxLength: length,
        size: 'max'
      }
    )
    .map((codes) => Int16Array.from(codes));

/** Layers of all kinds, awkward in size, with the codes that enter. */
export const layerCases: fc.Arbitrary<LayerCase> = fc
  .tuple(fc.oneof(convolutions, products), accumulations, fc.integer({ min: 1, max: 3 }))
  .chain(([shape, accumulation, samples]) => {
    const channels = outputChannels(shape);
    const isPaired = accumulation.kind === 'avx2-pairs';
    const byteRanges = fc.constantFrom([0, 255], [0, 15]) as fc.Arbitrary<readonly [number, number]>;
    const weightRanges = fc.constantFrom([-128, 127], [-8, 7]) as fc.Arbitrary<readonly [number, number]>;
    return fc
      .record({
        inputRange: isPaired ? byteRanges : ranges,
        weightRange: isPaired ? weightRanges : ranges
      })
      .chain(({ inputRange, weightRange }) => {
        // Less their zero point, codes of 16 bits fit into 16 bits only where it is 0.
        const zeroPoints = ([low, high]: readonly [number, number]) =>
          high > 255 ? fc.constant(0) : fc.integer({ min: low, max: high });
        return fc
          .record({
            inputZeroPoint: zeroPoints(inputRange),
            weightZeroPoints: isPaired ? fc.constant([0]) : perChannel(channels, zeroPoints(weightRange)),
            weights: codesIn(weightRange, channels * reductionLength(shape)),
            codes: codesIn(inputRange, samples * inputElements(shape)),
            order: fc.constantFrom('channel-outermost' as const, 'channel-innermost' as const),
            bias: fc.option(
              perChannel(channels, int32).map((values) => Int32Array.from(values)),
              { nil: null }
            ),
            finish: outputs(channels)
          })
          .map(({ inputZeroPoint, weightZeroPoints, weights, codes, order, bias, finish }) => ({
            samples,
            codes,
            layer: {
              shape,
              order,
              accumulation,
              input: { zeroPoint: inputZeroPoint, low: inputRange[0], high: inputRange[1] },
              weights,
              weightZeroPoints: Int32Array.from(weightZeroPoints),
              bias,
              ...finish
            }
          }));
      });
  })
  // The sums of a tile must fit into 32 bits, as simulation/integer demands.
  .filter(({ layer }) => {
    const { accumulation, input } = layer;
    if (accumulation.kind === 'avx2-pairs' || accumulation.tile === null) return true;
    const widest = input.high > 255 || layer.weights.some((weight) => weight > 255 || weight < -255);
    return !widest || accumulation.kind === 'observed';
  });
