import type { BitlabError } from '../../contract/index.ts';
import { asBitlabError, type ChosenFile } from '../client/index.ts';

/** A file that could not be imported, and why. */
export interface ImportProblem {
  readonly fileName: string;
  readonly error: BitlabError;
}

/** Files on their way into the notebook, one after the other, and those that did not make it. */
export class Imports {
  #waiting = $state.raw<readonly string[]>([]);
  #problems = $state.raw<readonly ImportProblem[]>([]);

  /** Names of the files that are being imported or wait for it. */
  get waiting(): readonly string[] {
    return this.#waiting;
  }

  get problems(): readonly ImportProblem[] {
    return this.#problems;
  }

  /** Imports each file; a file that is refused does not keep the others from being tried. Gives what was imported. */
  async all<T>(files: readonly ChosenFile[], importOne: (file: ChosenFile) => Promise<T>): Promise<T[]> {
    const imported: T[] = [];
    this.#waiting = [...this.#waiting, ...files.map(({ fileName }) => fileName)];
    for (const file of files) {
      this.#problems = this.#problems.filter(({ fileName }) => fileName !== file.fileName);
      try {
        imported.push(await importOne(file));
      } catch (thrown) {
        this.#problems = [...this.#problems, { fileName: file.fileName, error: asBitlabError(thrown) }];
      }
      const index = this.#waiting.indexOf(file.fileName);
      this.#waiting = this.#waiting.filter((_, position) => position !== index);
    }
    return imported;
  }

  dismiss(): void {
    this.#problems = [];
  }
}
