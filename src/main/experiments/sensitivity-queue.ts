import {
  BitlabError,
  toReport,
  type RunStatus,
  type SensitivityProgress,
  type SensitivityUnit
} from '../../contract/index.ts';
import type { StoredSensitivity } from '../store/index.ts';
import type { SensitivityJob, UnitMeasure } from './computer.ts';
import { timestamp, type Context } from './context.ts';
import { datasetFile } from './datasets.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { threadCount } from './run-job.ts';
import { WorkLine, type LineState } from './work-line.ts';

/** What is known of the sensitivities that are being measured. */
interface Active {
  readonly id: string;
  readonly model: string;
  readonly signal: AbortSignal;
  done: number;
  total: number | null;
  secondsPerMeasure: number | null;
}

/** A unit, and the widths at which it is not known yet. */
interface OpenUnit {
  readonly unit: SensitivityUnit;
  readonly bits: readonly number[];
}

/**
 * Measures sensitivities, one model after another and unit after unit. Each unit is stored when it is known, so that nothing
 * measured is lost, and between two units experiments have their turn at the computing process.
 */
export class SensitivityQueue {
  readonly #context: Context;
  readonly #queue: ExperimentQueue;
  readonly #line = new WorkLine((id, signal) => this.#measure(id, signal));
  #active: Active | null = null;

  constructor(context: Context, queue: ExperimentQueue) {
    this.#context = context;
    this.#queue = queue;
  }

  /** Measures what is asked for and not known, as soon as those before it are done. */
  add(id: string): void {
    if (this.#queue.closing.aborted || this.state(id) !== null) return;
    this.#context.notebook.sensitivities.queued(id);
    this.#line.add(id);
  }

  state(id: string): LineState {
    return this.#line.state(id);
  }

  secondsLeft(id: string): number | null {
    return this.#active?.id === id ? secondsLeft(this.#active) : null;
  }

  /** Stops measuring; resolves when it has stopped. What is measured stays. */
  async cancel(id: string): Promise<void> {
    if ((await this.#line.callOff(id)) !== 'queued') return;
    this.#context.notebook.sensitivities.ended(id, 'cancelled', timestamp(this.#context), null);
    this.#changed();
  }

  async #measure(id: string, signal: AbortSignal): Promise<() => void> {
    const { notebook } = this.#context;
    const stored = notebook.sensitivities.get(id);
    if (stored === null) return () => {};
    const active: Active = {
      id,
      model: notebook.models.get(stored.modelId)?.name ?? stored.modelId,
      signal: AbortSignal.any([signal, this.#queue.closing]),
      done: 0,
      total: null,
      secondsPerMeasure: null
    };
    this.#active = active;
    notebook.sensitivities.running(id, timestamp(this.#context));
    this.#tell(active, 'running', 'preparing');
    this.#changed();
    let status: RunStatus = 'finished';
    try {
      await this.#measureAll(active, stored);
    } catch (thrown) {
      status = this.#stopped(active, thrown);
    }
    this.#active = null;
    return () => this.#end(active, status);
  }

  #end(active: Active, status: RunStatus): void {
    // What closes the notebook leaves no time for more: it is found as interrupted when the notebook is opened again.
    if (this.#queue.closing.aborted) return;
    const { sensitivities } = this.#context.notebook;
    if (status === 'finished') sensitivities.ended(active.id, 'finished', timestamp(this.#context), null);
    this.#tell(active, status, null);
    this.#changed();
  }

  async #measureAll(active: Active, stored: StoredSensitivity): Promise<void> {
    const { notebook, computer } = this.#context;
    const known = notebook.sensitivities.measures(active.id);
    const before = stored.start === null ? null : openUnits(stored, stored.start.units, known);
    if (before?.open.length === 0) {
      active.done = active.total = before.total;
      return;
    }
    const job = sensitivityJob(this.#context, stored);
    const ground = await this.#queue.exclusively(() =>
      computer.sensitivityGround(
        job,
        (phase, fraction) => this.#tell(active, 'running', `${phase} ${Math.round(100 * fraction)} %`),
        active.signal
      )
    );
    const { versions, units, float } = ground;
    notebook.sensitivities.setStart(active.id, {
      units,
      floatCorrect: float.correct,
      floatCrossEntropy: float.crossEntropy,
      provenance: {
        bitlab: this.#context.version,
        ...versions,
        threads: job.threads,
        modelHash: job.model.hash,
        datasetHash: job.evaluate.hash,
        calibrationHash: job.calibrate!.hash,
        configurationHash: stored.configurationHash
      }
    });
    const { open, total } = openUnits(stored, units, known);
    active.total = total;
    active.done = total - open.reduce((sum, { bits }) => sum + bits.length, 0);
    this.#changed();
    for (const each of open) {
      this.#tell(active, 'running', `${each.unit.subject} of ${each.unit.name}`);
      await this.#queue.exclusively(() => this.#measureUnit(active, job, each));
    }
  }

  async #measureUnit(active: Active, job: SensitivityJob, { unit, bits }: OpenUnit): Promise<void> {
    const { notebook, computer } = this.#context;
    if (active.signal.aborted) throw new BitlabError('RUN_CANCELLED');
    const since = performance.now();
    const measures = await computer.measureUnit(
      { job, subject: unit.subject, unit: unit.name, bits },
      active.signal
    );
    if (active.signal.aborted) throw new BitlabError('RUN_CANCELLED');
    notebook.transaction(() => {
      // The model may have been removed meanwhile, and its sensitivities with it.
      if (notebook.sensitivities.get(active.id) === null) throw new BitlabError('RUN_CANCELLED');
      notebook.sensitivities.addMeasures(
        active.id,
        measures.map((measure: UnitMeasure) => ({ ...measure, subject: unit.subject, unit: unit.name }))
      );
    });
    active.done += bits.length;
    const seconds = (performance.now() - since) / 1000 / bits.length;
    // The last units count most: those late in a network are quicker.
    active.secondsPerMeasure = ((active.secondsPerMeasure ?? seconds) + seconds) / 2;
  }

  /** Records why not everything was measured. */
  #stopped(active: Active, thrown: unknown): 'failed' | 'cancelled' | 'interrupted' {
    const report = toReport(thrown);
    if (this.#queue.closing.aborted) return 'interrupted';
    const cancelled = active.signal.aborted || report.code === 'RUN_CANCELLED';
    const status = cancelled ? 'cancelled' : report.code === 'RUNNER_CRASHED' ? 'interrupted' : 'failed';
    const at = timestamp(this.#context);
    this.#context.notebook.sensitivities.ended(active.id, status, at, cancelled ? null : report);
    return status;
  }

  #tell(active: Active, status: RunStatus, current: string | null): void {
    const progress: SensitivityProgress = {
      type: 'sensitivity-progress',
      id: active.id,
      model: active.model,
      status,
      done: active.done,
      total: active.total,
      secondsLeft: secondsLeft(active),
      current
    };
    this.#context.emit(progress);
  }

  #changed(): void {
    this.#context.emit({ type: 'changed', kind: 'sensitivities' });
  }
}

/** The units whose measures are not all there, and how many measures are asked for in all. */
export function openUnits(
  { bits, subjects }: Pick<StoredSensitivity, 'bits' | 'subjects'>,
  units: readonly SensitivityUnit[],
  measures: readonly { readonly subject: string; readonly unit: string; readonly bits: number }[]
): { open: OpenUnit[]; total: number } {
  const known = new Set(measures.map((measure) => `${measure.subject} ${measure.bits} ${measure.unit}`));
  const asked = units.filter(({ subject }) => subjects.includes(subject));
  const open = asked
    .map((unit) => ({
      unit,
      bits: bits.filter((width) => !known.has(`${unit.subject} ${width} ${unit.name}`))
    }))
    .filter((each) => each.bits.length > 0);
  return { open, total: asked.length * bits.length };
}

function secondsLeft({ done, total, secondsPerMeasure }: Active): number | null {
  return total === null || secondsPerMeasure === null ? null : (total - done) * secondsPerMeasure;
}

function sensitivityJob(context: Context, stored: StoredSensitivity): SensitivityJob {
  const { notebook } = context;
  const { name, hash } = notebook.models.get(stored.modelId)!;
  return {
    model: { name, hash, path: notebook.blobs.path(hash) },
    evaluate: datasetFile(context, notebook.datasets.get(stored.datasetId)!),
    samples: stored.samples,
    calibrate: datasetFile(context, notebook.datasets.get(stored.calibrationDatasetId)!),
    calibrationSamples: stored.calibrationSamples,
    configuration: stored.configuration,
    threads: threadCount(context)
  };
}
