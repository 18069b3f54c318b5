import {
  isImported,
  type Dataset,
  type MethodInput,
  type MethodOutput,
  type Model,
  type RunDetails,
  type TrashKind
} from '../../contract/index.ts';
import type { Client } from '../client/index.ts';
import type { Notices } from './notices.svelte.ts';
import type { Change, UndoStack } from './undo.svelte.ts';

/** As many runs as are asked about at once. */
const chunk = 1000;

const kindNames: Readonly<Record<TrashKind, string>> = {
  models: 'model',
  datasets: 'data set',
  measurements: 'measurement',
  experiments: 'experiment'
};

/**
 * The actions that can be taken back. Each calls the notebook, remembers how to undo that, and says in a notice what was done
 * where the screen does not show it. All of them throw a BitlabError, and then nothing happened.
 */
export class Changes {
  readonly #call: Client['call'];
  readonly #stack: UndoStack;
  readonly #notices: Notices;
  readonly #undo: () => unknown;

  constructor(call: Client['call'], stack: UndoStack, notices: Notices, undo: () => unknown) {
    this.#call = call;
    this.#stack = stack;
    this.#notices = notices;
    this.#undo = undo;
  }

  async trashRuns(ids: readonly string[]): Promise<void> {
    const remove = () => this.#call('runs.remove', { ids: [...ids] });
    await remove();
    const restore = () => this.#call('runs.restore', { ids: [...ids] });
    this.#did({ text: `Moved ${runs(ids.length)} to the trash`, undo: restore, redo: remove });
  }

  async restoreRuns(ids: readonly string[]): Promise<void> {
    const restore = () => this.#call('runs.restore', { ids: [...ids] });
    await restore();
    const remove = () => this.#call('runs.remove', { ids: [...ids] });
    this.#did({ text: `Restored ${runs(ids.length)}`, undo: remove, redo: restore });
  }

  /** Stars one run, or takes its star away. */
  async starRun(id: string, starred: boolean): Promise<void> {
    if (!isImported(id)) return this.markRuns([id], { starred });
    const write = (on: boolean) => this.#call('results.annotate', { id, starred: on });
    await write(starred);
    const text = `${starred ? 'Starred' : 'Removed the star of'} 1 run`;
    this.#stack.push({ text, undo: () => write(!starred), redo: () => write(starred) });
  }

  /** Stars and tags of several runs. Undoing gives each run what it had. */
  async markRuns(ids: readonly string[], mark: Omit<MethodInput<'runs.mark'>, 'ids'>): Promise<void> {
    const before = await this.#marksOf(ids);
    const redo = () => this.#call('runs.mark', { ids: [...ids], ...mark });
    await redo();
    const { starred, addTags = [], removeTags = [] } = mark;
    const back: MethodInput<'runs.mark'>[] = [
      ...(starred === undefined
        ? []
        : [{ ids: where(before, (run) => run.starred !== starred), starred: !starred }]),
      ...addTags.map((tag) => ({ ids: where(before, ({ tags }) => !tags.includes(tag)), removeTags: [tag] })),
      ...removeTags.map((tag) => ({ ids: where(before, ({ tags }) => tags.includes(tag)), addTags: [tag] }))
    ].filter((each) => each.ids.length > 0);
    const undo = async () => {
      for (const each of back) await this.#call('runs.mark', each);
    };
    const what = starred === undefined ? 'Changed the tags of' : starred ? 'Starred' : 'Removed the star of';
    // Stars and tags are seen where they were set: a notice of each would be in the way.
    this.#stack.push({ text: `${what} ${runs(ids.length)}`, undo, redo });
  }

  async noteRun(run: Noted, note: string): Promise<{ readonly note: string }> {
    const method = isImported(run.id) ? 'results.annotate' : 'runs.annotate';
    const write = (text: string) => this.#call(method, { id: run.id, note: text });
    const saved = await write(note);
    this.#stack.push({
      text: 'Changed the note of a run',
      undo: () => write(run.note),
      redo: () => write(note)
    });
    return saved;
  }

  /** Another name or other tags. */
  async updateModel(model: Model, change: { name: string; tags: Model['tags'] }): Promise<Model> {
    const write = ({ name, tags }: typeof change) =>
      this.#call('models.update', { id: model.id, name, tags: { ...tags } });
    const updated = await write(change);
    this.#did({
      text: updateText('model', model.name, updated.name),
      undo: () => write(model),
      redo: () => write(change)
    });
    return updated;
  }

  async renameExperiment({ id, name }: { id: string; name: string }, to: string): Promise<void> {
    const write = (next: string) => this.#call('experiments.rename', { id, name: next });
    await write(to);
    this.#did({
      text: updateText('experiment', name, to),
      undo: () => write(name),
      redo: () => write(to)
    });
  }

  async updateDataset(
    dataset: Dataset,
    change: { name: string; classNames: readonly string[] }
  ): Promise<Dataset> {
    const write = ({ name, classNames }: typeof change) =>
      this.#call('datasets.update', { id: dataset.id, name, classNames: [...classNames] });
    const updated = await write(change);
    this.#did({
      text: updateText('data set', dataset.name, updated.name),
      undo: () => write(dataset),
      redo: () => write(change)
    });
    return updated;
  }

  /** Moves a model, a data set, a measurement or an experiment with the runs that only it has to the trash. */
  async trash(kind: TrashKind, { id, name }: { id: string; name: string }): Promise<void> {
    const remove = () =>
      kind === 'experiments'
        ? this.#call('experiments.remove', { id })
        : this.#call(`${kind}.remove`, { id, toTrash: true });
    await remove();
    const restore = () => this.#call('trash.restore', { items: [{ kind, id }] });
    this.#did({ text: `Moved the ${kindNames[kind]} ${name} to the trash`, undo: restore, redo: remove });
  }

  async restore(kind: TrashKind, { id, name }: { id: string; name: string }): Promise<void> {
    const restore = () => this.#call('trash.restore', { items: [{ kind, id }] });
    await restore();
    const remove = () =>
      kind === 'experiments'
        ? this.#call('experiments.remove', { id })
        : this.#call(`${kind}.remove`, { id, toTrash: true });
    this.#did({ text: `Restored the ${kindNames[kind]} ${name}`, undo: remove, redo: restore });
  }

  #did(change: Change): void {
    this.#stack.push(change);
    this.#notices.done(`${change.text}.`, null, { label: 'Undo', run: this.#undo });
  }

  async #marksOf(ids: readonly string[]): Promise<Mark[]> {
    const marks: Mark[] = [];
    for (let from = 0; from < ids.length; from += chunk) {
      const some = ids.slice(from, from + chunk);
      const { rows }: MethodOutput<'runs.query'> = await this.#call('runs.query', {
        ids: some,
        columns: ['starred', 'tags'],
        limit: chunk
      });
      for (const [id, starred, tags] of rows) {
        marks.push({ id: String(id), starred: starred === true, tags: (tags ?? []) as string[] });
      }
    }
    return marks;
  }
}

/** What a note is about. */
type Noted = Pick<RunDetails, 'id' | 'note'>;

interface Mark {
  readonly id: string;
  readonly starred: boolean;
  readonly tags: readonly string[];
}

const where = (marks: readonly Mark[], fits: (mark: Mark) => boolean) =>
  marks.filter(fits).map(({ id }) => id);
const runs = (count: number) => (count === 1 ? '1 run' : `${count} runs`);
const updateText = (kind: string, before: string, after: string) =>
  before === after ? `Changed the ${kind} ${after}` : `Renamed the ${kind} ${before} to ${after}`;
