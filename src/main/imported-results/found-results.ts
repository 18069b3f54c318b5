import type { ImportedStatus, ResultsFormat, ResultsProblem } from '../../contract/index.ts';

/** What a file has of a run, before anyone said what its columns mean. */
export interface FoundRun {
  /** Where it stands in the file, for messages: `line 3`. */
  readonly place: string;
  /** The identifier that its program gave it; null where the file has none. */
  readonly sourceId: string | null;
  readonly url: string | null;
  readonly name: string;
  /** null in files that know no experiments. */
  readonly experiment: string | null;
  readonly status: ImportedStatus;
  /** ISO 8601 in UTC. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSeconds: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  /** Values by the index of their column; texts are as the file has them, numbers only where it knows that they are. */
  readonly cells: readonly (readonly [column: number, value: string | number])[];
}

export interface FoundColumn {
  readonly key: string;
  readonly name: string;
  /** What the format says, or the best guess where it says nothing. */
  readonly kind: 'setting' | 'metric';
}

export interface FoundResults {
  readonly format: ResultsFormat;
  readonly formatText: string;
  /** SHA-256 of the file. */
  readonly fileHash: string;
  readonly columns: readonly FoundColumn[];
  readonly runs: readonly FoundRun[];
  readonly problems: readonly ResultsProblem[];
}

/** Runs, columns and values of a file; beyond these it is no result of experiments. */
export const limits = { runs: 100_000, columns: 5_000, values: 5_000_000, nameCharacters: 250 } as const;
