import {
  BitlabError,
  toReport,
  type ExperimentProgress,
  type ExperimentStatus,
  type RunCounts,
  type RunStatus
} from '../../contract/index.ts';
import type { StoredExperiment, StoredRun } from '../store/index.ts';
import type { RunPhase } from './computer.ts';
import { timestamp, type Context } from './context.ts';
import { sparedRuns } from './early-stop.ts';
import { ExperimentPace, type RunKind } from './pace.ts';
import { runJob, threadCount } from './run-job.ts';
import { runLabel } from './run-label.ts';
import { storeResult } from './store-result.ts';
import { WorkLine, type LineState } from './work-line.ts';

/** Progress is told four times a second at most. */
const progressMilliseconds = 250;

/** What is known of the experiment that computes. */
interface Active {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly experiment: StoredExperiment;
  readonly counts: RunCounts;
  readonly pace: ExperimentPace;
  /** Runs that are to be computed, the current one first. */
  pending: StoredRun[];
  current: ExperimentProgress['current'];
  currentSince: number;
  toldAt: number;
}

/**
 * Computes experiments, one after another, and the runs of each, one after another. A run that fails fails alone; so does
 * one whose computing process died. Replays take their turn between two runs.
 */
export class ExperimentQueue {
  readonly #context: Context;
  readonly #line = new WorkLine((id, signal) => this.#compute(id, signal));
  #active: Active | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Computes the experiment's runs that are not finished, as soon as those before it are done. */
  add(id: string): void {
    if (!this.closing.aborted) this.#line.add(id);
  }

  state(id: string): LineState {
    return this.#line.state(id);
  }

  /** Seconds until the experiment that computes is done; null for others and where it cannot be told. */
  secondsLeft(id: string): number | null {
    return this.#active?.id === id ? secondsLeft(this.#active) : null;
  }

  /** Stops an experiment; resolves when its current run has stopped too. */
  async cancel(id: string): Promise<void> {
    if ((await this.#line.callOff(id)) !== 'queued') return;
    this.#stopQueued(id, 'cancelled');
    this.#context.emit({ type: 'changed', kind: 'experiments' });
  }

  /** Resolves when nothing is left to compute. */
  idle(): Promise<void> {
    return this.#line.idle();
  }

  /** Stops what computes, as interrupted, so that it can be resumed when the notebook is opened again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#line.close();
    await this.#turn;
  }

  /** Aborts when the notebook is about to be closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Has the computing process for itself, after whoever asked before. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #compute(id: string, signal: AbortSignal): Promise<() => void> {
    const { notebook } = this.#context;
    const pendingRuns = notebook.runs.unfinished(id);
    notebook.transaction(() => {
      notebook.runs.queue(pendingRuns.map((run) => run.id));
      notebook.experiments.started(id, timestamp(this.#context));
    });
    const experiment = notebook.experiments.get(id);
    if (experiment === null) return () => {};
    const active: Active = {
      id,
      signal,
      experiment,
      counts: { ...experiment.counts },
      pace: new ExperimentPace(notebook.runs.paces()),
      pending: pendingRuns,
      current: null,
      currentSince: performance.now(),
      toldAt: -Infinity
    };
    this.#active = active;
    this.#tell(active, 'running', true);
    try {
      this.#spare(active);
      for (let [run] = active.pending; run !== undefined; [run] = active.pending) {
        if (signal.aborted) break;
        const current = run;
        await this.exclusively(() => this.#computeRun(active, current));
        active.pending.shift();
        this.#spare(active);
      }
    } catch (thrown) {
      // Only a notebook that cannot be written gets here; its runs stand as they are and can be resumed.
      console.error(thrown);
    }
    this.#active = null;
    return () => this.#end(active);
  }

  #end(active: Active): void {
    const { notebook } = this.#context;
    if (active.signal.aborted)
      this.#stopQueued(active.id, this.closing.aborted ? 'interrupted' : 'cancelled');
    notebook.experiments.ended(active.id, timestamp(this.#context));
    active.current = null;
    active.pending = [];
    const stored = notebook.experiments.get(active.id);
    if (stored !== null) {
      Object.assign(active.counts, stored.counts);
      this.#tell(active, statusOf(stored.counts, null), true);
    }
    this.#context.emit({ type: 'changed', kind: 'experiments' });
  }

  /** Takes out of the experiment what its rule for stopping early has made needless. */
  #spare(active: Active): void {
    const rule = active.experiment.file.stopEarly;
    if (rule === undefined) return;
    const { notebook } = this.#context;
    const spared = sparedRuns(notebook.runTable.list({ experimentId: active.id }), rule);
    if (spared.length === 0) return;
    const ids = new Set(spared.map((run) => run.id));
    notebook.transaction(() => notebook.experiments.spare(active.id, [...ids]));
    for (const { status } of spared) active.counts[status]--;
    active.counts.total -= spared.length;
    active.pending = active.pending.filter((run) => !ids.has(run.id));
    this.#context.emit({ type: 'changed', kind: 'experiments' });
    this.#context.emit({ type: 'changed', kind: 'runs' });
  }

  async #computeRun(active: Active, { id }: StoredRun): Promise<void> {
    const { notebook, computer } = this.#context;
    const { signal } = active;
    // Another experiment may have finished it, or someone may have removed it, while this one waited.
    const run = notebook.runs.get(id);
    if (signal.aborted || run === null || run.trashed || run.status === 'finished') return;
    active.current = {
      runId: id,
      label: runLabel(this.#context, active.experiment.file, run),
      phase: 'preparing',
      fraction: 0
    };
    active.currentSince = performance.now();
    notebook.runs.started(id, timestamp(this.#context));
    this.#moved(active, id, 'queued', 'running');
    let status: RunStatus = 'finished';
    try {
      const job = runJob(this.#context, run, threadCount(this.#context));
      const onProgress = (phase: RunPhase, fraction: number) => {
        if (active.current?.runId === id) active.current = { ...active.current, phase, fraction };
        this.#tell(active, 'running', false);
      };
      const result = await computer.compute(job, onProgress, signal);
      await storeResult(this.#context, job, result);
      active.pace.learn(kindOf(run), (performance.now() - active.currentSince) / 1000);
    } catch (thrown) {
      status = this.#stopped(id, thrown, signal);
    }
    active.current = null;
    this.#moved(active, id, 'running', status);
  }

  /** Records why a run has no result. */
  #stopped(id: string, thrown: unknown, signal: AbortSignal): 'failed' | 'cancelled' | 'interrupted' {
    const report = toReport(thrown);
    const at = timestamp(this.#context);
    const { runs } = this.#context.notebook;
    if (signal.aborted || report.code === 'RUN_CANCELLED') {
      const status = this.closing.aborted ? 'interrupted' : 'cancelled';
      runs.stopped(id, status, at, this.closing.aborted ? null : new BitlabError('RUN_CANCELLED').report());
      return status;
    }
    const status = report.code === 'RUNNER_CRASHED' ? 'interrupted' : 'failed';
    runs.stopped(id, status, at, report);
    return status;
  }

  #stopQueued(id: string, status: 'cancelled' | 'interrupted'): void {
    const { notebook } = this.#context;
    const at = timestamp(this.#context);
    // What another experiment in the queue asks for too stays queued.
    const wanted = (runId: string) =>
      notebook.experiments.ofRun(runId).some((each) => each.id !== id && this.state(each.id) !== null);
    const queued = notebook.runs.unfinished(id).filter((run) => run.status === 'queued' && !wanted(run.id));
    notebook.transaction(() => {
      for (const run of queued) notebook.runs.stopped(run.id, status, at, null);
    });
    if (queued.length > 0) this.#context.emit({ type: 'changed', kind: 'runs' });
  }

  #moved(active: Active, runId: string, from: RunStatus, to: RunStatus): void {
    active.counts[from]--;
    active.counts[to]++;
    const run = this.#context.notebook.runTable.get(runId);
    if (run !== null) this.#context.emit({ type: 'run-changed', run });
    this.#tell(active, 'running', false);
  }

  #tell(active: Active, status: ExperimentStatus, always: boolean): void {
    const now = performance.now();
    if (!always && now - active.toldAt < progressMilliseconds) return;
    active.toldAt = now;
    this.#context.emit({
      type: 'experiment-progress',
      id: active.id,
      name: active.experiment.name,
      status,
      counts: { ...active.counts },
      secondsLeft: secondsLeft(active),
      current: active.current
    });
  }
}

/** What an experiment's runs say of it. @param state what the queue says of it */
export function statusOf(counts: RunCounts, state: LineState): ExperimentStatus {
  if (state !== null) return state;
  if (counts.cancelled > 0) return 'cancelled';
  if (counts.interrupted + counts.queued + counts.running > 0) return 'interrupted';
  return counts.failed > 0 ? 'failed' : 'finished';
}

function kindOf(run: StoredRun): RunKind {
  return { modelId: run.modelId, arithmetic: run.configuration.arithmetic, samples: run.samples };
}

function secondsLeft(active: Active): number | null {
  const kinds = active.pending.map(kindOf);
  const estimate = active.pace.estimate(kinds);
  if (estimate === null || active.current === null) return estimate;
  const current = active.pace.estimate(kinds.slice(0, 1)) ?? 0;
  const elapsed = (performance.now() - active.currentSince) / 1000;
  return Math.max(0, estimate - Math.min(elapsed, current));
}
