import type { Configuration } from '../../contract/index.ts';
import { insertFakeQuantization, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Model } from '../graph/index.ts';
import { coordinateDescent, usualRatios } from '../quantization/index.ts';
import type { Calibration } from './calibration.ts';
import type { PassSettings } from './stepwise-network.ts';
import { planActivations, searchedGroups, type RangeFactors } from './quantization-plan.ts';
import { openSession } from './session.ts';

/** Pictures that pass at a time; fewer where the activations of 64 would not fit. */
const largestBatch = 64;
const largestValues = 2 ** 24;

/**
 * The ranges of observer `output-error`: what all of them together do to the network's output on the calibration samples is made
 * small, in squared error against the float network, by coordinate descent from the ranges of least squared error. After LAPQ
 * (Nahshan, Chmiel, Baskin, Zheltonozhskii, Banner, Bronstein, Mendelson: "Loss aware post-training quantization", Machine
 * Learning 110, 2021), which minimizes the labels' loss, by Powell's method, and over weights too. Weights stay in float here, so
 * that the ranges do not depend on how weights are rounded, and no label is looked at.
 * @param calibration must have collected `demandsOf(configuration, analysis)`
 */
export async function searchRanges(
  model: Model,
  analysis: GraphAnalysis,
  configuration: Configuration,
  calibration: Calibration,
  { source, samples, threads, signal }: PassSettings,
  onProgress: (fraction: number) => void
): Promise<RangeFactors> {
  const groups = searchedGroups(configuration, analysis);
  const largest = Math.max(...analysis.elements.values());
  const batch = Math.max(1, Math.min(largestBatch, Math.floor(largestValues / largest)));
  /** The network's output on batch after batch. */
  async function* outputsOf(network: Model) {
    const session = await openSession(writeModel(network), { threads });
    try {
      for (let start = 0; start < samples; start += batch) {
        signal.throwIfAborted();
        const count = Math.min(batch, samples - start);
        const shape = [count, ...analysis.input.shape];
        const results = await session.run(await source.batch(start, count), shape, [analysis.output.name]);
        yield results.get(analysis.output.name)!.data as Float32Array;
      }
    } finally {
      await session.release();
    }
  }
  const wanted: Float32Array[] = [];
  for await (const output of outputsOf(model)) wanted.push(output);
  const errorOf = async (factors: Float64Array) => {
    const ranges = new Map(groups.map((group, i) => [group, factors[i]!]));
    const { activations } = planActivations(analysis, configuration, calibration, ranges);
    const plan = { activations, weights: new Map(), biases: new Map() };
    const quantized = insertFakeQuantization(model, analysis, plan);
    let error = 0;
    let index = 0;
    for await (const output of outputsOf(quantized)) error += squaredDistance(output, wanted[index++]!);
    return error;
  };
  const { factors } = await coordinateDescent(groups.length, errorOf, usualRatios, onProgress);
  return new Map(groups.map((group, i) => [group, factors[i]!]));
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
