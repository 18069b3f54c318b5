/** Something that was done and can be taken back. */
export interface Change {
  /** What was done: `Moved 3 runs to the trash`. */
  readonly text: string;
  readonly undo: () => Promise<unknown>;
  readonly redo: () => Promise<unknown>;
}

const limit = 100;

/**
 * What was done, the latest last, and what of it was taken back. A change that cannot be taken back (or done again), because the
 * notebook refuses, is forgotten.
 */
export class UndoStack {
  #done = $state.raw<readonly Change[]>([]);
  #undone = $state.raw<readonly Change[]>([]);
  #busy = false;

  /** What would be taken back next. */
  get next(): Change | null {
    return this.#done.at(-1) ?? null;
  }

  /** What would be done again next. */
  get nextAgain(): Change | null {
    return this.#undone.at(-1) ?? null;
  }

  /** Remembers what was just done; what was taken back before cannot be done again any more. */
  push(change: Change): void {
    this.#done = [...this.#done, change].slice(-limit);
    this.#undone = [];
  }

  /** Takes back the latest change. Gives it, or null where there is none or one is under way; throws what the notebook refuses. */
  undo(): Promise<Change | null> {
    return this.#exclusively(this.next, async (change) => {
      this.#done = this.#done.filter((each) => each !== change);
      await change.undo();
      this.#undone = [...this.#undone, change];
    });
  }

  /** Does again what was taken back last. */
  redo(): Promise<Change | null> {
    return this.#exclusively(this.nextAgain, async (change) => {
      this.#undone = this.#undone.filter((each) => each !== change);
      await change.redo();
      this.#done = [...this.#done, change];
    });
  }

  async #exclusively(change: Change | null, work: (change: Change) => Promise<void>): Promise<Change | null> {
    if (change === null || this.#busy) return null;
    this.#busy = true;
    try {
      await work(change);
      return change;
    } finally {
      this.#busy = false;
    }
  }
}
