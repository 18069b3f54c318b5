// How much of the error that reaches a layer should its rounding make up for? Rounds the sample networks by GPTQ on three quarters
// of the calibration pictures and measures the logits on the rest, which nothing was fitted to. No test picture is looked at.
// usage: node tools/held-out.ts OUT.json   some minutes
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration } from '../src/contract/index.ts';
import { openDataset } from '../src/main/datasets/index.ts';
import { insertFakeQuantization, type Model } from '../src/main/graph/index.ts';
import { linearAlgebra } from '../src/main/hosts/runner/linear-algebra.ts';
import { statisticsKernels } from '../src/main/hosts/runner/statistics-kernels.ts';
import { Calibration } from '../src/main/inference/calibration.ts';
import { evaluate } from '../src/main/inference/evaluation.ts';
import { graphExecutor } from '../src/main/inference/executor.ts';
import { prepareModel, readModelFile } from '../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../src/main/inference/quantization-plan.ts';
import { roundWeights } from '../src/main/inference/round-weights.ts';
import { sqnrDb } from '../src/main/numeric/statistics.ts';
import type { HeldOut } from './documents/methods.ts';

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error('usage: node tools/held-out.ts OUT.json');
const samples = join(import.meta.dirname, '../resources/samples');
const { signal } = new AbortController();
const threads = 1;
const bits = 3;
const source = await openDataset(
  join(samples, 'calib.npz'),
  'npz',
  { scale: 1 / 255, mean: [0.5], std: [0.25] },
  'calib'
);
const fitted = (source.samples / 4) * 3;
const kernels = await linearAlgebra();
const results: HeldOut[] = [];

for (const name of ['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse']) {
  const { model, analysis } = await prepareModel(
    await readModelFile(join(samples, `${name}.onnx`), name, null)
  );
  const logitsOf = async (network: Model) => {
    const executor = await graphExecutor(network, analysis.input.shape, threads);
    try {
      return (await evaluate(executor, source, source.samples, 64, () => {}, signal)).logits;
    } finally {
      await executor.release();
    }
  };
  const wanted = await logitsOf(model);
  const start = (wanted.length / source.samples) * fitted;
  const calibration = new Calibration(model, analysis, source, fitted, 'calib', await statisticsKernels());
  for (const compensation of [0, 0.25, 0.5, 0.75, 1]) {
    const configuration = Configuration.parse({
      arithmetic: 'simulated',
      bias: 'float',
      weights: { bits, rounding: 'gptq', compensation },
      activations: { bits, observer: 'mse' },
      layers: {
        input: { activations: { bits: 8 } },
        first: { weights: { bits: 8 } },
        last: { weights: { bits: 8 } }
      }
    });
    await calibration.collect(demandsOf(configuration, analysis), threads, () => {}, signal);
    const { plan } = planQuantization(model, analysis, configuration, calibration);
    const passes = { source, samples: fitted, threads, signal };
    const { weights } = await roundWeights(model, analysis, configuration, plan, kernels, passes, () => {});
    const found = await logitsOf(insertFakeQuantization(model, analysis, { ...plan, weights }));
    const result = {
      model: name,
      bits,
      compensation,
      fittedDb: sqnrDb(wanted.subarray(0, start), found.subarray(0, start)),
      heldOutDb: sqnrDb(wanted.subarray(start), found.subarray(start))
    };
    console.log(JSON.stringify(result));
    results.push(result);
  }
}
writeFileSync(out, JSON.stringify(results, null, 2));
