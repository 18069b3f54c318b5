/*
 * Passes one picture through ResNet-18 at 224x224 on an accelerator with N = 64 and read noise, in two threads, and prints the
 * largest memory that the process ever had, in MB. It is a process of its own, so that nothing else counts.
 */
import { AcceleratorSettings, Configuration } from '../../src/contract/index.ts';
import { acceleratorThreads } from '../../src/main/hosts/runner/accelerator-kernels.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';
import { acceleratorExecutor } from '../../src/main/inference/accelerator-executor.ts';
import { planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { calibrate, configured } from './calibrate.ts';
import { largeNetwork } from './subjects.ts';

const subject = await largeNetwork('');
const { model, analysis } = subject.prepared;
const { plan } = planQuantization(model, analysis, configured(8), await calibrate(subject));
const kernels = { accelerator: await acceleratorThreads(2), integer: await integerKernels() };
const settings = AcceleratorSettings.parse({
  tile: 64,
  adc: { bits: 12 },
  noise: { output: 0.0005, weight: 0.002 }
});
const executor = await acceleratorExecutor(
  { model, analysis, plan },
  kernels,
  Configuration.parse({ arithmetic: 'accelerator' }),
  settings,
  { ...noHardwareSources, seed: 0 },
  { threads: 2, calibration: null }
);
// Twice, as in a run: what a picture leaves behind must not add up.
for (const sample of [0, 1]) await executor.infer(await subject.evaluation.batch(sample, 1), 1, sample);
await executor.release();
console.log((process.resourceUsage().maxRSS * 1024) / 1e6);
