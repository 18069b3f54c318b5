import type { PairedTest } from '../../contract/index.ts';
import { mcNemarExact, pairedDifference } from '../numeric/statistics.ts';
import type { Notebook } from '../store/index.ts';
import { correctness } from './predictions.ts';

/** Compares finished runs pair by pair; reads the predictions of each run once. */
export class PairedTests {
  readonly #notebook: Notebook;
  readonly #correct = new Map<string, Promise<Uint8Array>>();
  readonly #keys = new Map<string, string | null>();

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  /** Says what a run was evaluated on: runs with the same answer can be compared. Null where it has no predictions. */
  samplesKey(runId: string): string | null {
    const known = this.#keys.get(runId);
    if (known !== undefined) return known;
    const key = this.#readKey(runId);
    this.#keys.set(runId, key);
    return key;
  }

  #readKey(runId: string): string | null {
    const run = this.#notebook.runs.get(runId);
    const stored = this.#notebook.predictions.ofRun(runId);
    if (run === null || stored === null) return null;
    const dataset = this.#notebook.datasets.get(run.datasetId)!;
    return `${dataset.hash} ${stored.samples} ${stored.labelsHash} ${stored.drawnHash ?? 'first'}`;
  }

  /** McNemar's exact test of two runs with the same `samplesKey`. */
  async compare(a: string, b: string): Promise<PairedTest> {
    const [correctA, correctB] = await Promise.all([this.#of(a), this.#of(b)]);
    let onlyA = 0;
    let onlyB = 0;
    for (let sample = 0; sample < correctA.length; sample++) {
      onlyA += Number(correctA[sample]! > correctB[sample]!);
      onlyB += Number(correctB[sample]! > correctA[sample]!);
    }
    const { difference, low, high } = pairedDifference(onlyA, onlyB, correctA.length);
    return { a, b, onlyA, onlyB, difference, low, high, pValue: mcNemarExact(onlyA, onlyB) };
  }

  #of(runId: string): Promise<Uint8Array> {
    let correct = this.#correct.get(runId);
    if (correct === undefined) {
      correct = correctness(this.#notebook, this.#notebook.predictions.ofRun(runId)!);
      this.#correct.set(runId, correct);
    }
    return correct;
  }
}
