/** How something stands that was put into a line: waiting, or being done; null where it is not in it. */
export type LineState = 'queued' | 'running' | null;

interface Entry {
  readonly id: string;
  readonly abort: AbortController;
}

/**
 * Does one thing after another, each known by an identifier. What waits is taken out when it is called off; what is being
 * done has its signal aborted.
 */
export class WorkLine {
  readonly #work: (id: string, signal: AbortSignal) => Promise<() => void>;
  readonly #waiting: Entry[] = [];
  #active: (Entry & { readonly ended: PromiseWithResolvers<void> }) | null = null;
  #working: Promise<void> | null = null;

  /**
   * @param work does one thing, and gives what is to be done once it counts as running no more. What it throws is written to
   *   the console, and the next thing has its turn.
   */
  constructor(work: (id: string, signal: AbortSignal) => Promise<() => void>) {
    this.#work = work;
  }

  /** Does it as soon as what came before is done; nothing where it is in the line already. */
  add(id: string): void {
    if (this.state(id) !== null) return;
    this.#waiting.push({ id, abort: new AbortController() });
    this.#working ??= this.#workAll();
  }

  state(id: string): LineState {
    if (this.#active?.id === id) return 'running';
    return this.#waiting.some((each) => each.id === id) ? 'queued' : null;
  }

  /** Calls it off, and says how it stood. Resolves when it has stopped. */
  async callOff(id: string): Promise<LineState> {
    const index = this.#waiting.findIndex((each) => each.id === id);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      return 'queued';
    }
    const active = this.#active;
    if (active?.id !== id) return null;
    active.abort.abort();
    await active.ended.promise;
    return 'running';
  }

  /** Calls off everything; resolves when nothing is being done any more. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#active?.abort.abort();
    await this.idle();
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async #workAll(): Promise<void> {
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        const active = { ...next, ended: Promise.withResolvers<void>() };
        this.#active = active;
        const finish = await this.#work(next.id, next.abort.signal).catch((thrown: unknown) => {
          console.error(thrown);
          return () => {};
        });
        this.#active = null;
        active.ended.resolve();
        finish();
      }
    } finally {
      this.#working = null;
    }
  }
}
