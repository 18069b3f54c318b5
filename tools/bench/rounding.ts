import { Configuration } from '../../src/contract/index.ts';
import { linearAlgebra } from '../../src/main/hosts/runner/linear-algebra.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { roundWeights } from '../../src/main/inference/round-weights.ts';
import { isAskedFor, type Row } from './row.ts';
import type { Subject } from './subjects.ts';

/** Two cores were asked for; only ONNX Runtime uses the second. */
const threads = 2;
const samples = 512;

/**
 * How long each way of rounding takes for a whole network, on 512 calibration pictures, against what was asked for.
 * @param words see `isAskedFor`
 */
export async function roundingRows(
  name: string,
  load: (name: string) => Promise<Subject>,
  words: readonly string[]
): Promise<Row[]> {
  const { signal } = new AbortController();
  const asked = [
    { rounding: 'gptq', seconds: 60 },
    { rounding: 'adaround', seconds: 180 }
  ]
    .map((each) => ({
      ...each,
      what: `${name}: rounding by ${each.rounding}, ${threads} threads, against ${each.seconds} s`
    }))
    .filter(({ what }) => isAskedFor(what, words));
  const rows: Row[] = [];
  if (asked.length === 0) return rows;
  const {
    prepared: { model, analysis },
    calibration: source
  } = await load(name);
  for (const { what, rounding, seconds } of asked) {
    const configuration = Configuration.parse({
      arithmetic: 'simulated',
      bias: 'float',
      weights: { bits: 4, rounding },
      activations: { bits: 4, observer: 'mse' }
    });
    const calibration = new Calibration(
      model,
      analysis,
      source,
      samples,
      'benchmark',
      await statisticsKernels()
    );
    await calibration.collect(demandsOf(configuration, analysis), threads, () => {}, signal);
    const { plan } = planQuantization(model, analysis, configuration, calibration);
    const kernels = await linearAlgebra();
    const start = performance.now();
    await roundWeights(
      model,
      analysis,
      configuration,
      plan,
      kernels,
      { source, samples, threads, signal },
      () => {}
    );
    const took = (performance.now() - start) / 1000;
    rows.push({
      what,
      measured: `${took.toFixed(1)} s, ${samples} pictures`,
      ratio: took / seconds,
      promise: { bound: 'at most', value: 1 }
    });
  }
  return rows;
}
