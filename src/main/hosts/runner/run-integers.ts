import type { CodeMaps, Divergence } from '../../../contract/index.ts';
import { npyBytes } from '../../datasets/index.ts';
import type { BundleFile, RunJob } from '../../experiments/computer.ts';
import type { RunComputation } from '../../inference/compute-run.ts';
import { codeMaps } from '../../inference/integers/code-maps.ts';
import { divergence } from '../../inference/integers/divergence.ts';
import { integerBundle } from '../../inference/integers/integer-bundle.ts';
import { quantizedOnnx } from '../../inference/integers/quantized-onnx.ts';
import { integerKernels } from './integer-kernels.ts';

/** The integers of every layer of a run, with golden codes of its first samples. */
export async function runIntegers(
  computation: RunComputation,
  job: RunJob,
  samples: number,
  signal: AbortSignal
): Promise<BundleFile[]> {
  const { network, source, samples: all } = await computation.quantize(job, signal);
  const count = Math.min(samples, all);
  const kernels = await integerKernels();
  return integerBundle(job.model.name, network, job.configuration, kernels, source, count, npyBytes);
}

export async function runOnnx(
  computation: RunComputation,
  job: RunJob,
  signal: AbortSignal
): Promise<Uint8Array> {
  const { network } = await computation.quantize(job, signal);
  return quantizedOnnx(network, job.configuration);
}

/** A run simulated, in integers, and in integers with its accumulators, on its first samples. */
export async function runDivergence(
  computation: RunComputation,
  job: RunJob,
  samples: number,
  signal: AbortSignal
): Promise<Divergence> {
  const { network, source, samples: all } = await computation.quantize(job, signal);
  const count = Math.min(samples, all);
  return divergence(network, job.configuration, await integerKernels(), source, count, job.threads);
}

/** Where the codes of one sample part, three ways. @param sample below the number of the run's samples */
export async function runCodeMaps(
  computation: RunComputation,
  job: RunJob,
  sample: number,
  signal: AbortSignal
): Promise<CodeMaps> {
  const { network, source } = await computation.quantize(job, signal);
  return codeMaps(network, job.configuration, await integerKernels(), source, sample, job.threads);
}
