import { createContext } from 'svelte';
import type {
  BitlabError,
  BitlabEvent,
  DatasetSource,
  ExperimentProgress,
  MethodInput,
  MethodName,
  MethodOutput,
  SensitivityProgress
} from '../../contract/index.ts';
import {
  asBitlabError,
  datasetSource,
  type ChosenFile,
  type Client,
  type FileKind
} from '../client/index.ts';
import { Live } from './live.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { href } from './route.ts';
import { Router } from './router.svelte.ts';

export type { ChosenFile } from '../client/index.ts';

/** The open notebook: one object that every component reaches with `useNotebook()`. */
export class Notebook {
  readonly #client: Client;
  readonly router = new Router();
  readonly notices = new Notices();
  readonly preferences: Preferences;
  readonly live = new Live((progress) => this.#ended(progress));
  #connected = $state(true);

  constructor(client: Client) {
    this.#client = client;
    this.preferences = new Preferences(client);
  }

  /** Whether events arrive; false while the host cannot be reached. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Follows address, events and connection until the function returned is called. */
  start(): () => void {
    const stops = [
      this.router.start(),
      this.#client.onEvent((event) => this.live.receive(event)),
      this.#client.onConnection((connected) => (this.#connected = connected))
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Calls a method of the contract; throws a BitlabError. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    return this.#client.call(method, input);
  }

  /**
   * Does something that a person asked for: what fails becomes a notice with its remedy. Resolves to what the action
   * gave, or to undefined where it failed.
   */
  async attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (thrown) {
      this.notices.error(asBitlabError(thrown));
      return undefined;
    }
  }

  /** Does something whose failure is shown where it happened: resolves to what went wrong, or to null. */
  async problemOf(action: () => Promise<unknown>): Promise<BitlabError | null> {
    try {
      await action();
      return null;
    } catch (thrown) {
      return asBitlabError(thrown);
    }
  }

  onEvent(listener: (event: BitlabEvent) => void): () => void {
    return this.#client.onEvent(listener);
  }

  chooseFiles(kind: FileKind): Promise<readonly ChosenFile[]> {
    return this.#client.chooseFiles(kind);
  }

  chosenFrom(files: Iterable<File>): readonly ChosenFile[] {
    return this.#client.chosenFrom(files);
  }

  chosenWithFolders(
    files: Iterable<File>,
    entries: readonly FileSystemEntry[]
  ): Promise<readonly ChosenFile[]> {
    return this.#client.chosenWithFolders(files, entries);
  }

  /** Files that are one data set, as the host can read them. */
  datasetSource(files: readonly ChosenFile[], onProgress?: (done: number) => void): Promise<DatasetSource> {
    return datasetSource(files, onProgress);
  }

  #ended(progress: ExperimentProgress | SensitivityProgress): void {
    if (progress.type === 'experiment-progress') this.#experimentEnded(progress);
    else this.#measured(progress);
  }

  #measured({ id, model, status, done, total }: SensitivityProgress): void {
    const link = { href: href('sensitivity', id), label: 'Show them' };
    if (status === 'finished') this.notices.done(`The sensitivities of ${model} are measured.`, link);
    else
      this.notices.note(
        `Measuring the sensitivities of ${model} ended: ${status}. ${done} of ${total ?? 'all'} measures are kept.`,
        link
      );
  }

  #experimentEnded({ id, name, status, counts }: ExperimentProgress): void {
    const runs = `${counts.finished} of ${counts.total} runs finished`;
    const failed = counts.failed > 0 ? `, ${counts.failed} failed` : '';
    const link = { href: href('experiments', id), label: 'Show the experiment' };
    const sound = status === 'finished' && counts.failed === 0;
    if (sound) this.notices.done(`“${name}” is done. ${runs}.`, link);
    else this.notices.note(`“${name}” ended: ${status}. ${runs}${failed}.`, link);
  }
}

/** `useNotebook()` gives the notebook that `provideNotebook(notebook)` put above the component. */
export const [useNotebook, provideNotebook] = createContext<Notebook>();
