import { Configuration } from '../../src/contract/index.ts';
import { statisticsKernels } from '../../src/main/hosts/runner/statistics-kernels.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { evaluate, evaluationBatch } from '../../src/main/inference/evaluation.ts';
import { graphExecutor } from '../../src/main/inference/executor.ts';
import { demandsOf } from '../../src/main/inference/quantization-plan.ts';
import { measureUnit, type Ground } from '../../src/main/inference/sensitivity/measure-unit.ts';
import type { SensitivityJob } from '../../src/main/inference/sensitivity/sensitivity-job.ts';
import { sensitivityUnits } from '../../src/main/inference/sensitivity/sensitivity-units.ts';
import { isAskedFor, type Row } from './row.ts';
import type { Subject } from './subjects.ts';

const threads = 2;
const samples = 512;
const bits = [8, 7, 6, 5, 4, 3, 2];

/**
 * How long the sensitivities of a network take at seven widths on 512 pictures, without calibration, against one float evaluation for
 * each unit and width: what computing only the part that a unit changes saves.
 * @param words see `isAskedFor`
 */
export async function sensitivityRows(
  name: string,
  load: (name: string) => Promise<Subject>,
  words: readonly string[]
): Promise<Row[]> {
  const subjects = (['weights', 'activations'] as const)
    .map((subject) => ({
      subject,
      what: `${name}: sensitivity of the ${subject} at ${bits.length} widths, ${threads} threads, time against as many float evaluations`
    }))
    .filter(({ what }) => isAskedFor(what, words));
  const rows: Row[] = [];
  if (subjects.length === 0) return rows;
  const { prepared, calibration: source } = await load(name);
  const { model, analysis } = prepared;
  const { signal } = new AbortController();
  const configuration = Configuration.parse({
    arithmetic: 'simulated',
    bias: 'float',
    activations: { observer: 'mse' }
  });
  const kernels = await statisticsKernels();
  const calibration = new Calibration(model, analysis, source, samples, 'benchmark', kernels);
  await calibration.collect(demandsOf(configuration, analysis), threads, () => {}, signal);
  const executor = await graphExecutor(model, analysis.input.shape, threads);
  const plain = () => evaluate(executor, source, samples, evaluationBatch(analysis), () => {}, signal);
  await plain();
  const start = performance.now();
  const { logits } = await plain();
  const plainSeconds = (performance.now() - start) / 1000;
  await executor.release();

  const labels = source.labels.slice(0, samples);
  const ground: Ground = { model, analysis, calibration, source, samples, labels, logits };
  const job = { configuration, threads } as SensitivityJob;
  for (const { subject, what } of subjects) {
    const units = sensitivityUnits(analysis, configuration).filter((unit) => unit.subject === subject);
    const since = performance.now();
    for (const unit of units) await measureUnit(ground, { job, subject, unit: unit.name, bits }, signal);
    const seconds = (performance.now() - since) / 1000;
    const measures = units.length * bits.length;
    rows.push({
      what,
      measured: `${seconds.toFixed(1)} s, ${units.length} units, ${measures} measures; one evaluation ${plainSeconds.toFixed(3)} s, ${samples} pictures`,
      ratio: seconds / (measures * plainSeconds),
      promise: null
    });
  }
  return rows;
}
