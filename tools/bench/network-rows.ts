import { insertFakeQuantization, lowerToIntegers } from '../../src/main/graph/index.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import type { Calibration } from '../../src/main/inference/calibration.ts';
import { evaluate, evaluationBatch } from '../../src/main/inference/evaluation.ts';
import { graphExecutor, type Executor } from '../../src/main/inference/executor.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import { planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { exactWeightStorage } from '../../src/main/inference/weight-storage.ts';
import { calibrate, configured } from './calibrate.ts';
import { isAskedFor, type Row } from './row.ts';
import { shortestTimes } from './shortest.ts';
import type { Subject } from './subjects.ts';

const threads = 1;
const { signal } = new AbortController();

/** A way of computing the network, whose time stands against that of float. */
interface Contender {
  readonly what: string;
  readonly promise: Row['promise'];
  readonly ratio: (ms: number, floatMs: number) => number;
  executor(calibration: Calibration): Promise<Executor>;
}

/** How fast a network is in each arithmetic, and how fast its calibration. @param words see `isAskedFor` */
export async function networkRows(
  name: string,
  load: (name: string) => Promise<Subject>,
  words: readonly string[]
): Promise<Row[]> {
  const calibrationRow = `${name}: calibration with the histogram observer, time against plain forward passes`;
  const subject = await load(name);
  const asked = contenders(subject).filter(({ what }) => isAskedFor(what, words));
  const rows: Row[] = [];
  if (asked.length > 0) rows.push(...(await evaluationRows(subject, asked)));
  if (isAskedFor(calibrationRow, words)) rows.push(await calibrationTimes(subject, calibrationRow));
  return rows;
}

function contenders({ name, prepared: { model, analysis }, promises }: Subject): Contender[] {
  const timeAgainst = (ms: number, floatMs: number) => ms / floatMs;
  return [8, 4].flatMap((bits) => {
    const planned = (calibration: Calibration) =>
      planQuantization(model, analysis, configured(bits), calibration).plan;
    const ours: Contender[] =
      promises.kernels === undefined
        ? []
        : [
            {
              what: `${name}: integer in our kernels, ${bits} bits, time against float`,
              promise: { bound: 'at most', value: promises.kernels },
              ratio: timeAgainst,
              executor: async (calibration) => {
                const network = { model, analysis, plan: planned(calibration) };
                return integerExecutor(network, await integerKernels(), integerSettings(configured(bits)), {
                  threads
                });
              }
            }
          ];
    return [
      {
        what: `${name}: integer, ${bits} bits, times as fast as float`,
        promise: { bound: 'at least', value: promises.integer } as const,
        ratio: (ms: number, floatMs: number) => floatMs / ms,
        executor: async (calibration: Calibration) => {
          const weightStorage = await exactWeightStorage();
          const integers = lowerToIntegers(model, analysis, planned(calibration), { weightStorage });
          return graphExecutor(integers, analysis.input.shape, threads);
        }
      },
      ...ours,
      {
        what: `${name}: simulated, ${bits} bits, time against float`,
        promise: { bound: 'at most', value: promises.simulated } as const,
        ratio: timeAgainst,
        executor: async (calibration: Calibration) =>
          graphExecutor(
            insertFakeQuantization(model, analysis, planned(calibration)),
            analysis.input.shape,
            threads
          )
      }
    ];
  });
}

async function evaluationRows(subject: Subject, asked: readonly Contender[]): Promise<Row[]> {
  const { model, analysis } = subject.prepared;
  const calibration = await calibrate(subject);
  const executors = new Map<string, Executor>([
    ['float', await graphExecutor(model, analysis.input.shape, threads)]
  ]);
  for (const { what, executor } of asked) executors.set(what, await executor(calibration));
  const batch = evaluationBatch(analysis);
  const passes = new Map(
    Array.from(executors, ([what, executor]) => [
      what,
      () => evaluate(executor, subject.evaluation, subject.samples, batch, () => {}, signal)
    ])
  );
  for (const pass of passes.values()) await pass();
  const shortest = await shortestTimes(subject.repeats, passes);
  for (const executor of executors.values()) await executor.release();
  const ms = (what: string) => shortest.get(what)! / subject.samples;
  return asked.map(({ what, promise, ratio }) => ({
    what,
    measured: `${ms(what).toFixed(3)} ms per picture, float ${ms('float').toFixed(3)}`,
    ratio: ratio(ms(what), ms('float')),
    promise
  }));
}

async function calibrationTimes(subject: Subject, what: string): Promise<Row> {
  const { prepared, calibration, calibrationSamples, repeats } = subject;
  const { model, analysis } = prepared;
  const executor = await graphExecutor(model, analysis.input.shape, threads);
  const batch = evaluationBatch(analysis);
  const forward = () => evaluate(executor, calibration, calibrationSamples, batch, () => {}, signal);
  await forward();
  const shortest = await shortestTimes(
    repeats,
    new Map<string, () => Promise<unknown>>([
      ['forward', forward],
      ['calibration', () => calibrate(subject)]
    ])
  );
  await executor.release();
  const [forwardMs, calibrationMs] = [shortest.get('forward')!, shortest.get('calibration')!];
  return {
    what,
    measured: `${calibrationMs.toFixed(0)} ms, forward ${forwardMs.toFixed(0)} ms, ${calibrationSamples} pictures`,
    ratio: calibrationMs / forwardMs,
    promise: { bound: 'at most', value: 2.5 }
  };
}
