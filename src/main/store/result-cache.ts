import type { Connection } from './connection.ts';

/** Results that are kept: as many as one screen looks at in turns. */
const most = 6;

/** Results of queries by what was asked, until another connection changes the notebook. */
export class ResultCache<T> {
  readonly #connection: Connection;
  readonly #results = new Map<string, T>();
  #version = -1;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(question: unknown, answer: () => T): T {
    const version = this.#connection.pragma('data_version', { simple: true }) as number;
    if (version !== this.#version) this.#results.clear();
    this.#version = version;
    const key = JSON.stringify(question);
    const result = this.#results.get(key) ?? answer();
    // The least recently used comes first.
    this.#results.delete(key);
    this.#results.set(key, result);
    if (this.#results.size > most) this.#results.delete(this.#results.keys().next().value!);
    return result;
  }
}
