import type { BitlabError, Model, ModelPreview } from '../../../contract/index.ts';
import type { ChosenFile, Notebook } from '../../state/notebook.svelte.ts';
import { parseTagLines } from './tag-text.ts';

/** A chosen file on its way into the notebook: looked at, perhaps renamed, imported. */
export class ModelImport {
  readonly file: ChosenFile;
  name = $state('');
  /** The output that was chosen, where there are several. */
  output = $state<string | null>(null);
  preview = $state.raw<ModelPreview | null>(null);
  /** Why it cannot be read, or could not be imported. */
  error = $state.raw<BitlabError | null>(null);

  /** What is in the notebook now. */
  imported = $state.raw<Model | null>(null);

  constructor(file: ChosenFile) {
    this.file = file;
    this.name = file.fileName.replace(/\.onnx$/i, '');
  }

  get readable(): boolean {
    return this.preview !== null;
  }
}

/** The models of one dialog. Each file is looked at by the computing process before anything is stored. */
export class ModelImports {
  readonly #notebook: Notebook;
  readonly models: readonly ModelImport[];
  tags = $state('');
  /** The file that is being read or imported, or null. */
  busyWith = $state.raw<ModelImport | null>(null);
  importing = $state(false);
  #closed = false;

  constructor(notebook: Notebook, files: readonly ChosenFile[]) {
    this.#notebook = notebook;
    this.models = files.map((file) => new ModelImport(file));
  }

  get ready(): readonly ModelImport[] {
    return this.models.filter(({ readable }) => readable);
  }

  get reading(): boolean {
    return this.busyWith !== null && !this.importing;
  }

  /** Looks at one file after the other; what is refused does not keep the others from being looked at. */
  async read(): Promise<void> {
    for (const model of this.models) {
      if (this.#closed) return;
      await this.#readOne(model);
    }
  }

  /** Looks at a file again, with another of its outputs. */
  async chooseOutput(model: ModelImport, output: string): Promise<void> {
    model.output = output;
    await this.#readOne(model);
  }

  async #readOne(model: ModelImport): Promise<void> {
    this.busyWith = model;
    model.error = await this.#notebook.problemOf(async () => {
      const source = await model.file.source();
      model.preview = await this.#notebook.call('models.preview', { source, ...outputOf(model) });
    });
    // What was seen before another output was tried stands.
    if (model.error !== null) model.output = null;
    this.busyWith = null;
  }

  get imported(): readonly Model[] {
    return this.models.flatMap(({ imported }) => imported ?? []);
  }

  /** Imports what could be read; what is refused keeps its error, and its place. */
  async import(): Promise<void> {
    const tags = parseTagLines(this.tags);
    this.importing = true;
    for (const model of this.ready) {
      this.busyWith = model;
      model.error = await this.#notebook.problemOf(async () => {
        const source = await model.file.source();
        const { name } = model;
        model.imported = await this.#notebook.call('models.import', {
          source,
          name,
          tags,
          ...outputOf(model)
        });
        model.preview = null;
      });
    }
    this.busyWith = null;
    this.importing = false;
  }

  /** Nobody looks any more: files that were not read yet stay unread. */
  close(): void {
    this.#closed = true;
  }
}

const outputOf = ({ output }: ModelImport) => (output === null ? {} : { output });
