import { defaultConfiguration } from '../../src/contract/index.ts';
import { quantizeWeights } from '../../src/main/quantization/index.ts';
import {
  adaroundDefaults,
  gptqDefaults,
  LayerStatistics,
  uniformLevels,
  type LayerProblem,
  type WeightLevels
} from '../../src/main/quantization/rounding/index.ts';
import { compiledLinearAlgebra } from '../kernels/compiled.ts';
import { normals } from './normals.ts';

export const kernels = await compiledLinearAlgebra();

export const outputs = 4;
export const inputs = 12;
export const columns = 200;
export const weightSettings = { ...defaultConfiguration.weights, bits: 3 };
export const quick = { ...adaroundDefaults, iterations: 300, compensation: 1 };
export const gptqOptions = { ...gptqDefaults, layer: 'conv', compensation: 1 };

export interface Problem {
  readonly weights: Float32Array;
  readonly levels: WeightLevels;
  readonly problems: LayerProblem[];
  /** columns x inputs */
  readonly x: Float32Array;
  /** columns x outputs, or null */
  readonly targets: Float32Array | null;
}

/** Inputs that share a common part, so that rounding errors of one can be made up for by another. */
export function correlated(seed: number, count = columns, width = inputs): Float32Array {
  const common = normals(count, seed);
  const own = normals(count * width, seed + 1);
  return own.map((value, i) => value * 0.5 + common[Math.floor(i / width)]!);
}

export function problemOf(seed: number, bits: number, asymmetric: boolean): Problem {
  const weights = normals(outputs * inputs, seed);
  const x = correlated(seed + 10);
  const { quantizer } = quantizeWeights(weights, [outputs, inputs], 0, { ...weightSettings, bits });
  const levels = uniformLevels(quantizer, { outputs, inputs });
  // Targets of slightly other inputs: what the float network had.
  const shift = normals(x.length, seed + 20);
  const other = x.map((value, i) => value + 0.1 * shift[i]!);
  const targets = asymmetric ? kernels.gemm(other, weights, columns, outputs, inputs, { b: true }) : null;
  const statistics = new LayerStatistics(kernels, { kind: 'rows', inputs }, outputs, null);
  statistics.add(x, columns, targets);
  return { weights, levels, problems: statistics.problems(), x, targets };
}

/** The mean squared error over columns, summed over outputs, from the definition. */
export function errorByDefinition({ weights, x, targets }: Problem, values: Float32Array): number {
  const wanted = targets ?? kernels.gemm(x, weights, columns, outputs, inputs, { b: true });
  const got = kernels.gemm(x, values, columns, outputs, inputs, { b: true });
  return got.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / columns;
}

export const nearestValues = ({ weights, levels }: Problem) =>
  weights.map((value, i) => {
    const [output, input] = [Math.floor(i / inputs), i % inputs];
    return levels.value(output, input, levels.nearest(output, input, value));
  });
