import { SvelteMap } from 'svelte/reactivity';
import type { BitlabEvent, ExperimentProgress, SensitivityProgress } from '../../contract/index.ts';

/** What is being computed now: the latest progress of each experiment that has not ended. */
export class Live {
  readonly #latest = new SvelteMap<string, ExperimentProgress>();
  readonly #measuring = new SvelteMap<string, SensitivityProgress>();
  readonly #onEnd: (progress: ExperimentProgress | SensitivityProgress) => void;

  /** @param onEnd called once when an experiment or sensitivities that were seen at work end */
  constructor(onEnd: (progress: ExperimentProgress | SensitivityProgress) => void) {
    this.#onEnd = onEnd;
  }

  /** Experiments at work or waiting, those at work first. */
  get active(): readonly ExperimentProgress[] {
    return [...this.#latest.values()].sort((a, b) => rank(a) - rank(b));
  }

  /** The progress of one experiment, or null where it is not at work. */
  of(id: string): ExperimentProgress | null {
    return this.#latest.get(id) ?? null;
  }

  /** Sensitivities that are being measured. */
  get measuring(): readonly SensitivityProgress[] {
    return [...this.#measuring.values()];
  }

  /** How far sensitivities are, or null where they are not being measured. */
  measuringOf(id: string): SensitivityProgress | null {
    return this.#measuring.get(id) ?? null;
  }

  receive(event: BitlabEvent): void {
    if (event.type === 'sensitivity-progress') {
      if (event.status === 'queued' || event.status === 'running') this.#measuring.set(event.id, event);
      else if (this.#measuring.delete(event.id)) this.#onEnd(event);
    }
    if (event.type !== 'experiment-progress') return;
    if (event.status === 'queued' || event.status === 'running') this.#latest.set(event.id, event);
    else if (this.#latest.delete(event.id)) this.#onEnd(event);
  }
}

const rank = (progress: ExperimentProgress) => (progress.status === 'running' ? 0 : 1);
