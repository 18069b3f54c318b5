import { Configuration } from '../../src/contract/index.ts';
import { linearAlgebra } from '../../src/main/hosts/runner/linear-algebra.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import type { PreparedModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { roundWeights } from '../../src/main/inference/round-weights.ts';
import type { SampleSource } from '../../src/main/inference/run-job.ts';

/** Two cores were asked for; only ONNX Runtime uses the second. */
const threads = 2;
const samples = 512;

/** How long each way of rounding takes for a whole network, on 512 calibration pictures, against what was asked for. */
export async function roundingRows({ model, analysis }: PreparedModel, source: SampleSource) {
  const { signal } = new AbortController();
  const rows = [];
  for (const { rounding, seconds } of [
    { rounding: 'gptq', seconds: 60 },
    { rounding: 'adaround', seconds: 180 }
  ]) {
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
      what: `sample network: rounding by ${rounding}, ${threads} threads, against ${seconds} s`,
      measured: `${took.toFixed(1)} s, ${samples} pictures`,
      ratio: took / seconds,
      promise: { bound: 'at most' as const, value: 1 }
    });
  }
  return rows;
}
