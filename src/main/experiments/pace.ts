import type { RunPace } from '../store/index.ts';

/** What the time of a run depends on, as far as it can be told beforehand. */
export interface RunKind {
  readonly modelId: string;
  readonly arithmetic: string;
  readonly samples: number;
}

/**
 * Seconds that runs will take, judged by finished ones of the same model and arithmetic, else of the same arithmetic,
 * else by all; null where nothing was ever finished.
 */
export function secondsEstimate(paces: readonly RunPace[], runs: readonly RunKind[]): number | null {
  if (runs.length === 0) return 0;
  if (paces.length === 0) return null;
  const mean = (fitting: readonly RunPace[]) =>
    fitting.length === 0
      ? null
      : fitting.reduce((sum, pace) => sum + pace.secondsPerSample, 0) / fitting.length;
  const learned = new Map<string, number>();
  let seconds = 0;
  for (const { modelId, arithmetic, samples } of runs) {
    const key = `${modelId} ${arithmetic}`;
    let pace = learned.get(key);
    if (pace === undefined) {
      const sameArithmetic = paces.filter((each) => each.arithmetic === arithmetic);
      pace =
        mean(sameArithmetic.filter((each) => each.modelId === modelId)) ??
        mean(sameArithmetic) ??
        mean(paces)!;
      learned.set(key, pace);
    }
    seconds += pace * samples;
  }
  return seconds;
}

/** Learns, while an experiment runs, how long its runs take: the median of those of one kind, which a slow first run with its calibration does not move. */
export class ExperimentPace {
  readonly #seconds = new Map<string, { modelId: string; arithmetic: string; perSample: number[] }>();
  readonly #history: readonly RunPace[];

  /** @param history what earlier experiments taught, for kinds that this one has not met */
  constructor(history: readonly RunPace[]) {
    this.#history = history;
  }

  learn(kind: RunKind, seconds: number): void {
    const key = `${kind.modelId} ${kind.arithmetic}`;
    const known = this.#seconds.get(key) ?? { ...kind, perSample: [] };
    known.perSample.push(seconds / kind.samples);
    this.#seconds.set(key, known);
  }

  /** Seconds for these runs, or null where nothing is known. */
  estimate(runs: readonly RunKind[]): number | null {
    const own = [...this.#seconds.values()].map(({ modelId, arithmetic, perSample }) => ({
      modelId,
      arithmetic,
      secondsPerSample: perSample.toSorted((a, b) => a - b)[perSample.length >> 1]!
    }));
    return secondsEstimate(own.length > 0 ? own : this.#history, runs);
  }
}
