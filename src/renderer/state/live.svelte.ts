import { SvelteMap } from 'svelte/reactivity';
import type { BitlabEvent, ExperimentProgress } from '../../contract/index.ts';

/** What is being computed now: the latest progress of each experiment that has not ended. */
export class Live {
  readonly #latest = new SvelteMap<string, ExperimentProgress>();
  readonly #onEnd: (progress: ExperimentProgress) => void;

  /** @param onEnd called once when an experiment that was seen at work ends */
  constructor(onEnd: (progress: ExperimentProgress) => void) {
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

  receive(event: BitlabEvent): void {
    if (event.type !== 'experiment-progress') return;
    if (event.status === 'queued' || event.status === 'running') this.#latest.set(event.id, event);
    else if (this.#latest.delete(event.id)) this.#onEnd(event);
  }
}

const rank = (progress: ExperimentProgress) => (progress.status === 'running' ? 0 : 1);
