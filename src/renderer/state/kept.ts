import type { MethodInput } from '../../contract/index.ts';
import type { Client } from '../client/client.ts';

export type KeptValue = MethodInput<'kept.set'>['value'];

/** How long typing rests before it is kept. */
const pauseMs = 250;

/**
 * Unsaved work and small habits, kept in the notebook, so that they outlive a reload, the window and the browser's own storage (a
 * browser's page has another origin at every start of the program).
 */
export class Kept {
  readonly #client: Client;
  readonly #values = new Map<string, KeptValue>();
  readonly #unwritten = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Resolves once what was kept earlier is known; also where it cannot be read, and then nothing was kept. */
  readonly ready: Promise<void>;

  constructor(client: Client) {
    this.#client = client;
    this.ready = this.#load();
  }

  /** What was kept under a name; null for nothing. */
  get(name: string): KeptValue {
    return this.#values.get(name) ?? null;
  }

  /** Keeps a value, or forgets it where it is null. */
  set(name: string, value: KeptValue): void {
    if (JSON.stringify(this.get(name)) === JSON.stringify(value)) return;
    if (value === null) this.#values.delete(name);
    else this.#values.set(name, value);
    this.#unwritten.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write(false), pauseMs);
  }

  /** Writes at once what was not written yet, and warns before the window closes where that did not work so far. */
  guard(): () => void {
    const leave = () => void this.#write(true);
    const warn = (event: BeforeUnloadEvent) => {
      if (this.#failed) event.preventDefault();
      else leave();
    };
    addEventListener('pagehide', leave);
    addEventListener('beforeunload', warn);
    return () => {
      removeEventListener('pagehide', leave);
      removeEventListener('beforeunload', warn);
    };
  }

  /** Whether something could not be written: the notebook does not answer. */
  #failed = false;

  async #load(): Promise<void> {
    try {
      for (const { name, value } of await this.#client.call('kept.list', {})) {
        if (!this.#unwritten.has(name)) this.#values.set(name, value);
      }
    } catch {
      // What was kept cannot be shown; the screens say that the notebook does not answer.
    }
  }

  async #write(leaving: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const names = [...this.#unwritten];
    this.#unwritten.clear();
    const writes = names.map(async (name) => {
      try {
        await this.#client.call('kept.set', { name, value: this.get(name) }, { leaving });
        return true;
      } catch {
        this.#unwritten.add(name);
        return false;
      }
    });
    const written = await Promise.all(writes);
    if (names.length > 0) this.#failed = written.includes(false);
  }
}
