import { resolve } from 'node:path';

/** The files that the person gave to the window, by a dialog or by dropping them. No others may be read. */
export class GivenFiles {
  readonly #paths = new Set<string>();

  add(path: string): void {
    this.#paths.add(resolve(path));
  }

  allows(path: string): boolean {
    return this.#paths.has(resolve(path));
  }
}
