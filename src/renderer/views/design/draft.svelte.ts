import { BitlabError, type ErrorReport, type ExperimentFile, type Plan } from '../../../contract/index.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';
import { keptDraft } from './kept-draft.svelte.ts';
import { missingParts, newDesign } from './design-file.ts';

const planPause = 250;
const yamlPause = 400;

/**
 * The design that is being worked on: the file, its text as YAML and its plan, each kept in step with the others.
 * It outlives the screen, so that going elsewhere loses nothing.
 */
export class Draft {
  readonly #notebook: Notebook;
  #file = $state.raw<ExperimentFile>(newDesign('', null));
  #yaml = $state('');
  /** What is wrong with the text, or with the design as a whole. */
  #textProblem = $state.raw<ErrorReport | null>(null);
  #planProblem = $state.raw<ErrorReport | null>(null);
  #plan = $state.raw<Plan | null>(null);
  #planning = $state(false);
  /** The design that was replaced last, and by what. */
  #former = $state.raw<{ readonly file: ExperimentFile; readonly by: string } | null>(null);
  /** As it was when it was started: what differs from it is unsaved work. */
  #start: ExperimentFile = this.#file;
  #begun = false;
  /** The CSV files that the text may name, as they were given. */
  #codebooks: Readonly<Record<string, string>> = {};
  /** Of several requests under way only the last of each kind counts. */
  #planRequest = 0;
  #textRequest = 0;
  /** Whether a text was typed that has not been read to its end. */
  #reading = false;
  /** Whether the design changed since its text was written. */
  #textStale = false;
  #planTimer: ReturnType<typeof setTimeout> | undefined;
  #textTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  get file(): ExperimentFile {
    return this.#file;
  }

  get yaml(): string {
    return this.#yaml;
  }

  get textProblem(): ErrorReport | null {
    return this.#textProblem;
  }

  get planProblem(): ErrorReport | null {
    return this.#planProblem;
  }

  /** null while the design is incomplete or wrong. */
  get plan(): Plan | null {
    return this.#plan;
  }

  get planning(): boolean {
    return this.#planning;
  }

  get former(): { readonly file: ExperimentFile; readonly by: string } | null {
    return this.#former;
  }

  /** Whether anything was put into the draft yet. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Replaces the draft by another design; work that was not run yet can be brought back. */
  start(file: ExperimentFile, by: string): void {
    this.#former = this.#begun && this.#file !== this.#start ? { file: this.#file, by } : null;
    this.#start = file;
    this.#begun = true;
    this.change(file);
  }

  /** Takes up a design that was worked on in another window, with its text where that could not be read. */
  resume(file: ExperimentFile, text: string | null): void {
    this.#begun = true;
    this.change(file);
    if (text !== null) this.changeText(text);
  }

  /** Brings back the design that was replaced last. */
  bringBack(): void {
    if (this.#former === null) return;
    const { file } = this.#former;
    this.#former = null;
    this.change(file);
  }

  /** What is there now is stored as an experiment: it is no unsaved work any more. */
  stored(): void {
    this.#start = this.#file;
    this.#former = null;
  }

  /** Takes a design from the form; the text and the plan follow. */
  change(file: ExperimentFile): void {
    this.#file = file;
    this.#textProblem = null;
    this.#textStale = true;
    this.#reading = false;
    this.#textRequest++;
    clearTimeout(this.#textTimer);
    this.#follow();
  }

  /** Takes a text from the editor; the form and the plan follow once it can be read. */
  changeText(text: string): void {
    this.#yaml = text;
    this.#begun = true;
    this.#planning = true;
    this.#reading = true;
    this.#textStale = false;
    this.#planRequest++;
    clearTimeout(this.#textTimer);
    clearTimeout(this.#planTimer);
    this.#textTimer = setTimeout(() => void this.#read(text), yamlPause);
  }

  /** The levels in a CSV that the text names; the text is read again with them. */
  giveCodebook(name: string, csv: string): void {
    this.#codebooks = { ...this.#codebooks, [name]: csv };
    this.changeText(this.#yaml);
  }

  /** Plans again, for instance because other runs are known now. */
  refresh(): void {
    if (!this.#reading && this.#textProblem === null) this.#follow();
  }

  async #read(text: string): Promise<void> {
    const request = ++this.#textRequest;
    const answer = await this.#notebook.attempt(() =>
      this.#notebook.call('experiments.parse', { text, codebooks: this.#codebooks })
    );
    if (request !== this.#textRequest) return;
    this.#reading = false;
    this.#planning = false;
    this.#textProblem = answer?.problem ?? null;
    this.#plan = null;
    this.#planProblem = null;
    if (answer === undefined || answer.file === null) return;
    this.#file = answer.file;
    if (answer.problem === null) this.#follow();
  }

  #follow(): void {
    clearTimeout(this.#planTimer);
    const request = ++this.#planRequest;
    const file = this.#file;
    if (missingParts(file).length > 0) {
      this.#plan = null;
      this.#planProblem = null;
      this.#planning = false;
      return;
    }
    this.#planning = true;
    this.#planTimer = setTimeout(() => void this.#update(file, request), planPause);
  }

  async #update(file: ExperimentFile, request: number): Promise<void> {
    try {
      if (this.#textStale) {
        const { yaml } = await this.#notebook.call('experiments.format', { file });
        if (request !== this.#planRequest) return;
        this.#yaml = yaml;
        this.#textStale = false;
      }
      const plan = await this.#notebook.call('experiments.plan', { file });
      if (request !== this.#planRequest) return;
      this.#plan = plan;
      this.#planProblem = null;
    } catch (thrown) {
      if (request !== this.#planRequest) return;
      this.#plan = null;
      this.#planProblem = thrown instanceof BitlabError ? thrown.report() : null;
    }
    this.#planning = false;
  }
}

const drafts = new WeakMap<Notebook, Draft>();

/** The draft of a notebook: the same one each time the screen is opened. */
export function draftOf(notebook: Notebook): Draft {
  const known = drafts.get(notebook) ?? keptDraft(notebook, new Draft(notebook));
  drafts.set(notebook, known);
  return known;
}
