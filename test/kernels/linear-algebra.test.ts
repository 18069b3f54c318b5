import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LinearAlgebra, PatchGeometry, RoundingState } from '../../src/main/kernels/linear-algebra.ts';
import { referenceLinearAlgebra as reference } from '../../src/main/kernels/reference/linear-algebra/index.ts';
import { exponential, logarithm } from '../../src/main/kernels/reference/linear-algebra/exponential.ts';
import { normals } from '../quantization-methods/normals.ts';
import { compiledLinearAlgebra } from './compiled.ts';

let compiled: LinearAlgebra;
beforeAll(async () => {
  compiled = await compiledLinearAlgebra();
});

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 17, 33];

/** The bytes of an array: equal bytes are equal bits, the sign of zero included. */
const bits = (values: Float32Array | Float64Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

function positiveDefinite(size: number, seed: number): Float64Array {
  const gram = new Float64Array(size * size);
  reference.addGram(normals(size * (size + 5), seed), size, size + 5, gram);
  return gram;
}

describe('im2col', () => {
  const plain: PatchGeometry = {
    channels: 1,
    height: 3,
    width: 3,
    kernel: [2, 2],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    groups: 1
  };

  test('a 3 x 3 picture and a 2 x 2 kernel, by hand', () => {
    const picture = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect([...reference.im2col(picture, 1, plain, 0)]).toEqual([
      1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9
    ]);
  });

  test('pads, strides and dilations, by hand', () => {
    const picture = Float32Array.of(1, 2, 3, 4);
    const geometry: PatchGeometry = {
      ...plain,
      height: 1,
      width: 4,
      kernel: [1, 2],
      pads: [0, 1, 0, 2],
      strides: [1, 2],
      dilations: [1, 3]
    };
    // Columns start at -1 and 1; the second tap is 3 further on.
    expect([...reference.im2col(picture, 1, geometry, 0)]).toEqual([0, 2, 3, 0]);
  });

  const geometry = fc
    .record({
      groups: fc.integer({ min: 1, max: 3 }),
      channelsInGroup: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 19 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      pads: fc.tuple(
        ...([4, 4, 4, 4].map((max) => fc.integer({ min: 0, max })) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>
        ])
      ),
      dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    })
    .map(({ channelsInGroup, ...rest }) => ({ ...rest, channels: rest.groups * channelsInGroup }))
    .filter(
      ({ height, width, kernel, pads, dilations }) =>
        height + pads[0] + pads[2] > dilations[0] * (kernel[0] - 1) &&
        width + pads[1] + pads[3] > dilations[1] * (kernel[1] - 1)
    );

  test('compiled equals plain for any geometry, group and number of samples', () => {
    fc.assert(
      fc.property(geometry, fc.integer({ min: 1, max: 3 }), (shape, samples) => {
        const input = normals(samples * shape.channels * shape.height * shape.width, 5);
        for (let group = 0; group < shape.groups; group++)
          expect(bits(compiled.im2col(input, samples, shape, group))).toBe(
            bits(reference.im2col(input, samples, shape, group))
          );
      }),
      { numRuns: 200 }
    );
  });
});

describe('gemm', () => {
  test('2 x 3 times 3 x 2, by hand, in each transposition', () => {
    const a = Float32Array.of(1, 2, 3, 4, 5, 6);
    const b = Float32Array.of(7, 8, 9, 10, 11, 12);
    const at = Float32Array.of(1, 4, 2, 5, 3, 6);
    const bt = Float32Array.of(7, 9, 11, 8, 10, 12);
    for (const kernels of [reference, compiled]) {
      expect([...kernels.gemm(a, b, 2, 2, 3)]).toEqual([58, 64, 139, 154]);
      expect([...kernels.gemm(at, b, 2, 2, 3, { a: true })]).toEqual([58, 64, 139, 154]);
      expect([...kernels.gemm(a, bt, 2, 2, 3, { b: true })]).toEqual([58, 64, 139, 154]);
      expect([...kernels.gemm(at, bt, 2, 2, 3, { a: true, b: true })]).toEqual([58, 64, 139, 154]);
    }
  });

  test.each(sizes)('compiled equals plain with %i rows', (rows) => {
    for (const columns of sizes) {
      for (const inner of [1, 3, 8, 17]) {
        const a = normals(rows * inner, 1);
        const b = normals(inner * columns, 2);
        for (const transposed of [{}, { a: true }, { b: true }, { a: true, b: true }])
          expect(bits(compiled.gemm(a, b, rows, columns, inner, transposed))).toBe(
            bits(reference.gemm(a, b, rows, columns, inner, transposed))
          );
      }
    }
  });

  test('compiled equals plain where k passes in several blocks', () => {
    const a = normals(5 * 1100, 1);
    const b = normals(1100 * 9, 2);
    expect(bits(compiled.gemm(a, b, 5, 9, 1100))).toBe(bits(reference.gemm(a, b, 5, 9, 1100)));
  });
});

describe('addGram and addProduct', () => {
  test('add to what is there, by hand', () => {
    const x = Float32Array.of(1, 2, 3, 4);
    for (const kernels of [reference, compiled]) {
      const gram = Float64Array.of(100, 0, 0, 100);
      kernels.addGram(x, 2, 2, gram);
      expect([...gram]).toEqual([105, 11, 11, 125]);
      const product = new Float64Array(2);
      kernels.addProduct(Float32Array.of(1, 10), x, 1, 2, 2, product);
      expect([...product]).toEqual([21, 43]);
    }
  });

  test.each(sizes)('compiled equals plain for size %i', (size) => {
    for (const columns of [1, 3, 255, 256, 257, 600]) {
      const x = normals(size * columns, 3);
      const t = normals(5 * columns, 4);
      const [plain, fast] = [
        new Float64Array(size * size).fill(0.1),
        new Float64Array(size * size).fill(0.1)
      ];
      reference.addGram(x, size, columns, plain);
      compiled.addGram(x, size, columns, fast);
      expect(bits(fast)).toBe(bits(plain));
      const [plainProduct, fastProduct] = [new Float64Array(5 * size), new Float64Array(5 * size)];
      reference.addProduct(t, x, 5, size, columns, plainProduct);
      compiled.addProduct(t, x, 5, size, columns, fastProduct);
      expect(bits(fastProduct)).toBe(bits(plainProduct));
    }
  });
});

describe('cholesky and invertTriangular', () => {
  test('a 2 x 2 matrix, by hand', () => {
    for (const kernels of [reference, compiled]) {
      expect([...kernels.cholesky(Float64Array.of(4, 6, 6, 25), 2)!]).toEqual([2, 3, 0, 4]);
      expect([...kernels.invertTriangular(Float64Array.of(2, 3, 0, 4), 2)]).toEqual([0.5, -0.375, 0, 0.25]);
    }
  });

  test('a matrix that is not positive definite has no factor', () => {
    for (const kernels of [reference, compiled]) {
      expect(kernels.cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
      expect(kernels.cholesky(Float64Array.of(0), 1)).toBeNull();
      expect(kernels.cholesky(Float64Array.of(NaN), 1)).toBeNull();
      expect(kernels.cholesky(Float64Array.of(1, 0, 0, 0, 1, 1, 0, 1, 1), 3)).toBeNull();
    }
  });

  test.each([...sizes, 64, 65])('compiled equals plain, and multiplies back, for size %i', (size) => {
    const matrix = positiveDefinite(size, size);
    const upper = reference.cholesky(matrix, size)!;
    expect(bits(compiled.cholesky(matrix, size)!)).toBe(bits(upper));
    const inverse = reference.invertTriangular(upper, size);
    expect(bits(compiled.invertTriangular(upper, size))).toBe(bits(inverse));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let square = 0;
        let unit = 0;
        for (let k = 0; k < size; k++) {
          square += upper[k * size + i]! * upper[k * size + j]!;
          unit += upper[i * size + k]! * inverse[k * size + j]!;
        }
        expect(square).toBeCloseTo(matrix[i * size + j]!, 9);
        expect(unit).toBeCloseTo(i === j ? 1 : 0, 9);
      }
    }
  });
});

describe('the steps of AdaRound', () => {
  const stateOf = (count: number): RoundingState => ({
    v: normals(count, 1).map((value) => 2 * value),
    first: normals(count, 2),
    second: normals(count, 3).map(Math.abs),
    base: normals(count, 4),
    step: normals(count, 5).map((value, i) => (i % 5 === 0 ? 0 : Math.abs(value)))
  });

  test('exp and log are good to 2e-7', () => {
    for (let x = -86.9; x < 87; x += 0.0137) {
      const exact = Math.exp(Math.fround(x));
      expect(Math.abs(exponential(Math.fround(x)) / exact - 1)).toBeLessThan(2e-7);
    }
    for (let x = 1e-37; x < 3; x *= 1.01) {
      const exact = Math.log(Math.fround(x));
      expect(Math.abs(logarithm(Math.fround(x)) - exact)).toBeLessThan(2e-7 * Math.max(Math.abs(exact), 0.5));
    }
    expect([exponential(0), exponential(1000), logarithm(1)]).toEqual([1, exponential(87), 0]);
  });

  test('the share is 0.5 at 0, and ends at 0 and 1', () => {
    const v = Float32Array.of(0, -2.5, 2.5, -1000, 1000);
    const state = { v, first: v, second: v, base: new Float32Array(5), step: new Float32Array(5).fill(1) };
    const shares = [...reference.relax(state)];
    expect(shares[0]).toBeCloseTo(0.5, 7);
    expect(shares.slice(1)).toEqual([0, 1, 0, 1]);
  });

  test('the gradient that Adam receives is that of the error with its regularizer', () => {
    const loss = (v: number) => {
      const h = 1.2 / (1 + Math.exp(-v)) - 0.1;
      return 3 * 0.7 * h + 0.25 * (1 - Math.abs(2 * h - 1) ** 5);
    };
    for (const v of [-1.5, -0.3, 0.2, 1.9]) {
      const state = {
        v: Float32Array.of(v),
        first: new Float32Array(1),
        second: new Float32Array(1),
        base: new Float32Array(1),
        step: Float32Array.of(0.7)
      };
      reference.updateRounding(state, Float32Array.of(3), { beta: 5, weight: 0.25, rate: 0 });
      const expected = (loss(v + 1e-4) - loss(v - 1e-4)) / 2e-4;
      expect(state.first[0]! / 0.1).toBeCloseTo(expected, 4);
    }
  });

  test.each(sizes)('compiled equals plain for %i outputs', (outputs) => {
    for (const inputs of [1, 3, 8, 17, 33]) {
      const count = outputs * inputs;
      const [plain, fast] = [stateOf(count), stateOf(count)];
      expect(bits(compiled.relax(fast))).toBe(bits(reference.relax(plain)));
      const slope = normals(count, 6);
      for (const kernels of [reference, compiled])
        kernels.updateRounding(kernels === compiled ? fast : plain, slope, {
          beta: 7.3,
          weight: 0.01,
          rate: 0.02
        });
      expect(bits(fast.v)).toBe(bits(plain.v));
      expect(bits(fast.first)).toBe(bits(plain.first));
      expect(bits(fast.second)).toBe(bits(plain.second));

      const error = {
        gram: Float32Array.from(positiveDefinite(inputs, 7)),
        offset: normals(count, 8),
        rowWeight: normals(outputs, 9).map(Math.abs)
      };
      const iterations = Array.from({ length: 6 }, (_, i) => ({
        beta: 20 - 3 * i,
        weight: i < 2 ? 0 : 0.01,
        rate: 0.03
      }));
      reference.roundOnGram(plain, error, outputs, inputs, iterations);
      compiled.roundOnGram(fast, error, outputs, inputs, iterations);
      expect(bits(fast.v)).toBe(bits(plain.v));
      expect(bits(fast.first)).toBe(bits(plain.first));
      expect(bits(fast.second)).toBe(bits(plain.second));
    }
  });
});

test('the memory grows as needed, and results of earlier calls stay', async () => {
  const kernels = await compiledLinearAlgebra();
  const small = kernels.gemm(Float32Array.of(2), Float32Array.of(3), 1, 1, 1);
  const [rows, inner] = [64, 30_000];
  const large = kernels.gemm(
    new Float32Array(rows * inner).fill(1),
    new Float32Array(inner).fill(1),
    rows,
    1,
    inner
  );
  expect([...small]).toEqual([6]);
  expect([...large]).toEqual(new Array(rows).fill(inner));
});
