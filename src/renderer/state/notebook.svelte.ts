import { createContext } from 'svelte';
import {
  droppedKinds,
  type DroppedKind,
  type BitlabError,
  type BitlabEvent,
  type DatasetSource,
  type ExperimentProgress,
  type FileKind,
  type MethodInput,
  type MethodName,
  type MethodOutput,
  type SensitivityProgress
} from '../../contract/index.ts';
import {
  asBitlabError,
  datasetSource,
  type ChosenFile,
  type Client,
  type ZoomStep
} from '../client/index.ts';
import { Changes } from './changes.ts';
import { Commands } from './commands.svelte.ts';
import { importGroups } from './import-groups.ts';
import { Intake } from './intake.svelte.ts';
import { Kept } from './kept.ts';
import { Live } from './live.svelte.ts';
import { notifySystem } from './notify-system.ts';
import { Notices } from './notices.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { RecentlyUsed } from './recently-used.svelte.ts';
import { href, type Screen } from './route.ts';
import { Router } from './router.svelte.ts';
import { sortFiles } from './sort-files.ts';
import { UndoStack, type Change } from './undo.svelte.ts';

export type { ChosenFile } from '../client/index.ts';

/** The open notebook: one object that every component reaches with `useNotebook()`. */
export class Notebook {
  readonly #client: Client;
  readonly router = new Router();
  readonly notices = new Notices();
  readonly preferences: Preferences;
  /** Files on their way into the notebook. */
  readonly intake = new Intake();
  readonly commands = new Commands();
  /** Unsaved work. */
  readonly kept: Kept;
  readonly recentlyUsed: RecentlyUsed;
  readonly undoStack = new UndoStack();
  /** The actions that can be taken back. */
  readonly changes: Changes;
  readonly live = new Live((progress) => this.#ended(progress));
  #connected = $state(true);

  constructor(client: Client) {
    this.#client = client;
    this.preferences = new Preferences(client);
    this.kept = new Kept(client);
    this.recentlyUsed = new RecentlyUsed(this.kept);
    this.changes = new Changes(
      (method, input) => client.call(method, input),
      this.undoStack,
      this.notices,
      () => this.undo()
    );
  }

  /** Whether events arrive; false while the host cannot be reached. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Follows address, events and connection until the function returned is called. */
  start(): () => void {
    const stops = [
      this.router.start(),
      this.kept.guard(),
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

  /** Takes back the latest change, and says what that was. */
  async undo(): Promise<void> {
    if (this.undoStack.next === null) return this.notices.note('There is nothing to undo.');
    const change = await this.attempt(() => this.undoStack.undo());
    this.#said('Undone', change, { label: 'Do it again', run: () => this.redo() });
  }

  /** Does again what was taken back last. */
  async redo(): Promise<void> {
    if (this.undoStack.nextAgain === null) return this.notices.note('There is nothing to do again.');
    const change = await this.attempt(() => this.undoStack.redo());
    this.#said('Done again', change, { label: 'Undo', run: () => this.undo() });
  }

  #said(
    what: string,
    change: Change | null | undefined,
    action: { label: string; run: () => unknown }
  ): void {
    if (change === null || change === undefined) return;
    const { text } = change;
    this.notices.done(`${what}: ${text.charAt(0).toLowerCase()}${text.slice(1)}.`, null, action);
  }

  /** Draws everything larger or smaller; null where the browser has its own keys for that. */
  get zoom(): ((step: ZoomStep) => void) | null {
    return this.#client.zoom;
  }

  /**
   * Takes files and folders that were dropped: each goes where its kind is imported, and what nothing imports is refused in a sentence.
   * @param entries the entry in a file system of each, which tells folders apart and leads into them; null where there is none
   */
  async receive(dropped: readonly File[], entries: readonly (FileSystemEntry | null)[]): Promise<void> {
    const isFolder = (at: number) => entries[at]?.isDirectory === true;
    const folders = dropped.filter((_, at) => isFolder(at));
    const { files, problem } = sortFiles(dropped.filter((_, at) => !isFolder(at)));
    if (problem !== null) this.notices.error(problem);
    const [experiment] = files.experiment;
    this.intake.models = [...this.intake.models, ...this.chosenFrom(files.model)];
    const within = entries.filter((entry) => entry?.isDirectory === true) as FileSystemEntry[];
    const inFolders = folders.length === 0 ? [] : await this.#client.chosenWithFolders(folders, within);
    this.intake.datasets = [
      ...this.intake.datasets,
      ...importGroups(this.chosenFrom(files.dataset)),
      ...importGroups(inFolders)
    ];
    this.intake.measurements = [...this.intake.measurements, ...this.chosenFrom(files.measurement)];
    if (experiment !== undefined) {
      this.intake.experiment = { fileName: experiment.name, text: await experiment.text() };
    }
    // Everything waits for an answer on its own screen; the person is led to the first.
    const waits = (kind: DroppedKind) => files[kind].length > 0 || (kind === 'dataset' && folders.length > 0);
    const place = droppedKinds.find(waits);
    if (place !== undefined && !this.#takes(place)) this.router.go(screenOf[place]);
  }

  /** Whether the screen that is shown is the one where files of a kind are imported. */
  #takes(kind: DroppedKind): boolean {
    const { screen, id } = this.router.route;
    return screen === screenOf[kind] && id === null;
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
    this.#tellSystem(`Sensitivities of ${model}`, `${status}, ${done} measures`, link.href);
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
    this.#tellSystem(name, `${status}: ${runs}${failed}`, link.href);
    const sound = status === 'finished' && counts.failed === 0;
    if (sound) this.notices.done(`“${name}” is done. ${runs}.`, link);
    else this.notices.note(`“${name}” ended: ${status}. ${runs}${failed}.`, link);
  }

  /** Also tells the system, where the person wished it and does not look. */
  #tellSystem(title: string, body: string, address: string): void {
    if (!this.preferences.settings.notifications) return;
    notifySystem(title, body, () => (location.hash = address));
  }
}

/** Where files of each kind are imported. */
const screenOf = {
  model: 'models',
  dataset: 'data',
  measurement: 'measurements',
  experiment: 'design'
} as const satisfies Record<DroppedKind, Screen>;

/** `useNotebook()` gives the notebook that `provideNotebook(notebook)` put above the component. */
export const [useNotebook, provideNotebook] = createContext<Notebook>();
