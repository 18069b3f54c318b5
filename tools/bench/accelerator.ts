import { AcceleratorSettings, Configuration } from '../../src/contract/index.ts';
import { acceleratorThreads } from '../../src/main/hosts/runner/accelerator-kernels.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { noHardwareSources } from '../../src/main/inference/accelerator-context.ts';
import { acceleratorExecutor } from '../../src/main/inference/accelerator-executor.ts';
import { evaluate, evaluationBatch } from '../../src/main/inference/evaluation.ts';
import { graphExecutor, type Executor } from '../../src/main/inference/executor.ts';
import { planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { calibrate, configured } from './calibrate.ts';
import { isAskedFor, type Row } from './row.ts';
import { shortestTimes } from './shortest.ts';
import type { Subject } from './subjects.ts';

/** Hardware whose speed is promised: tiles of 64, with every sum through a converter; `promise` is time against float. */
const hardware = [
  { title: 'without noise', settings: { adc: { bits: 12 } }, promise: 8 },
  {
    title: 'with read noise on every partial sum',
    settings: { adc: { bits: 12 }, noise: { output: 0.0005, weight: 0.002 } },
    promise: 25
  }
] as const;

/** Fewer than for the other rows: hardware with noise takes its time. */
const samples = 200;

/**
 * How long a network takes on an accelerator with N = 64, in one thread and in two.
 * @param words see `isAskedFor`
 */
export async function acceleratorRows(
  name: string,
  load: (name: string) => Promise<Subject>,
  words: readonly string[]
): Promise<Row[]> {
  const named = hardware.map((each) => {
    const what = `${name}: accelerator, N = 64, 8 bits, ${each.title}`;
    return {
      ...each,
      time: `${what}, time against float`,
      gain: `${what}, two threads, times as fast as one`
    };
  });
  const asked = named.filter(({ time, gain }) => isAskedFor(time, words) || isAskedFor(gain, words));
  if (asked.length === 0) return [];
  const subject = await load(name);
  const { model, analysis } = subject.prepared;
  const { plan } = planQuantization(model, analysis, configured(8), await calibrate(subject));
  const configuration = Configuration.parse({ arithmetic: 'accelerator' });
  const onHardware = async (settings: object, threads: number) => {
    const kernels = { accelerator: await acceleratorThreads(threads), integer: await integerKernels() };
    const parsed = AcceleratorSettings.parse({ tile: 64, ...settings });
    const context = { ...noHardwareSources, seed: 0 };
    const options = { threads, calibration: null };
    return acceleratorExecutor({ model, analysis, plan }, kernels, configuration, parsed, context, options);
  };
  const executors = new Map<string, Executor>([
    ['float', await graphExecutor(model, analysis.input.shape, 1)]
  ]);
  for (const { time, gain, settings } of asked) {
    executors.set(time, await onHardware(settings, 1));
    executors.set(gain, await onHardware(settings, 2));
  }
  const batch = evaluationBatch(analysis);
  const { signal } = new AbortController();
  const passes = new Map(
    Array.from(executors, ([what, executor]) => [
      what,
      () => evaluate(executor, subject.evaluation, samples, batch, () => {}, signal)
    ])
  );
  for (const pass of passes.values()) await pass();
  const shortest = await shortestTimes(subject.repeats, passes);
  for (const executor of executors.values()) await executor.release();
  const ms = (what: string) => shortest.get(what)! / samples;
  return asked.flatMap(({ time, gain, promise }): Row[] => [
    {
      what: time,
      measured: `${ms(time).toFixed(3)} ms per picture, float ${ms('float').toFixed(3)}`,
      ratio: ms(time) / ms('float'),
      promise: { bound: 'at most', value: promise }
    },
    {
      what: gain,
      measured: `${ms(gain).toFixed(3)} ms per picture, one thread ${ms(time).toFixed(3)}`,
      ratio: ms(time) / ms(gain),
      promise: { bound: 'at least', value: 1.7 }
    }
  ]);
}
