import { Configuration } from '../../src/contract/index.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { demandsOf } from '../../src/main/inference/quantization-plan.ts';
import type { Subject } from './subjects.ts';

const threads = 1;
const { signal } = new AbortController();

/** The usual settings at a bit width. */
export const configured = (bits: number) => Configuration.parse({ weights: { bits }, activations: { bits } });

/** Collects what the usual observers want to know of a subject. */
export async function calibrate({ prepared, calibration: source, calibrationSamples }: Subject) {
  const { model, analysis } = prepared;
  const kernels = await statisticsKernels();
  const calibration = new Calibration(model, analysis, source, calibrationSamples, 'benchmark', kernels);
  await calibration.collect(demandsOf(configured(8), analysis), threads, () => {}, signal);
  return calibration;
}
