import {
  BitlabError,
  KeptDraft,
  type ErrorReport,
  type ExperimentFile,
  type FileProblem,
  type Plan
} from '../../../contract/index.ts';
import type { KeptValue } from '../../state/kept.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';
import { missingParts, newDesign } from './design-file.ts';
import { placeOfPlanProblem } from './file-problems.ts';

const formPause = 250;
const textPause = 400;
/** What the draft is kept as. */
const keptAs = 'design';

/** A design that was replaced, and by what. */
interface Former {
  readonly file: ExperimentFile;
  readonly text: string;
  readonly by: string;
}

/**
 * The design that is being worked on: the file, its text as YAML and its plan, each kept in step with the others. The file is the last
 * that could be read: a text that cannot be read changes nothing but itself. It outlives the screen and is kept in the notebook, so
 * that neither going elsewhere nor a reload loses anything.
 */
export class Draft {
  readonly #notebook: Notebook;
  #file = $state.raw<ExperimentFile>(newDesign('', null));
  #text = $state('');
  /** What is wrong with the text. */
  #textProblems = $state.raw<readonly FileProblem[]>([]);
  /** What the plan found wrong. */
  #planProblem = $state.raw<FileProblem | null>(null);
  #plan = $state.raw<Plan | null>(null);
  #planning = $state(false);
  #former = $state.raw<Former | null>(null);
  /** A text that could not be read when the form was changed. */
  #setAside = $state<string | null>(null);
  #restored = $state(false);
  /** As it was when it was started: what differs from it is unsaved work. */
  #start: ExperimentFile = this.#file;
  #begun = false;
  /** The last text that could be read: its comments stay when the form changes. */
  #goodText = '';
  /** The CSV files that the text may name, as they were given. */
  #codebooks: Readonly<Record<string, string>> = {};
  /** Of several requests under way only the last counts. */
  #request = 0;
  /** Whether the text was typed and has not been read to its end, and whether it could be read. */
  #reading = false;
  #readable = true;
  /** Whether the design changed since its text was written. */
  #textStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  get file(): ExperimentFile {
    return this.#file;
  }

  get text(): string {
    return this.#text;
  }

  /** Everything that is known to be wrong, in the order of the text. */
  get problems(): readonly FileProblem[] {
    const all = this.#planProblem === null ? this.#textProblems : [...this.#textProblems, this.#planProblem];
    return all.toSorted((one, other) => (one.line ?? Infinity) - (other.line ?? Infinity) || 0);
  }

  /** null while the design is incomplete or wrong. */
  get plan(): Plan | null {
    return this.#plan;
  }

  get planning(): boolean {
    return this.#planning;
  }

  /** The design that was replaced last. */
  get former(): Former | null {
    return this.#former;
  }

  /** A text that could not be read, and that the form has replaced. */
  get setAside(): string | null {
    return this.#setAside;
  }

  /** Whether anything was put into the draft yet. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether what was kept in the notebook has been looked for. */
  get restored(): boolean {
    return this.#restored;
  }

  /** Takes what the notebook kept, unless something was begun meanwhile: then it can be brought back. */
  async restore(): Promise<void> {
    const { kept } = this.#notebook;
    await kept.ready;
    // One that does not make sense, as another version may have written it, is none.
    const { data: draft } = KeptDraft.safeParse(kept.get(keptAs));
    if (draft !== undefined && (this.#begun || this.#file !== this.#start))
      this.#former = { ...draft, by: 'what you began' };
    else if (draft !== undefined) this.#take(draft.file, draft.text);
    this.#restored = true;
  }

  /**
   * Replaces the draft by another design; work that was not run yet can be brought back.
   * @param text of the design, where there is one with comments
   */
  start(file: ExperimentFile, by: string, text = ''): void {
    this.#former = this.isWorkedOn ? { file: this.#file, text: this.#text, by } : null;
    this.#setAside = null;
    if (text === '') {
      this.#goodText = '';
      this.change(file);
    } else this.#take(file, text);
    this.#start = file;
    this.#begun = true;
  }

  /** Whether the design says anything else than what it began with. */
  get isWorkedOn(): boolean {
    return this.#begun && JSON.stringify(this.#file) !== JSON.stringify(this.#start);
  }

  /** Brings back the design that was replaced last. */
  bringBack(): void {
    if (this.#former === null) return;
    const { file, text } = this.#former;
    this.#former = null;
    this.#take(file, text);
  }

  /** Brings back the text that could not be read. */
  bringBackText(): void {
    const text = this.#setAside;
    this.#setAside = null;
    if (text !== null) this.changeText(text);
  }

  /** What is there now is stored as an experiment: it is no unsaved work any more. */
  stored(): void {
    this.#start = this.#file;
    this.#former = null;
    this.#notebook.kept.set(keptAs, null);
  }

  /** Takes a design from the form; the text and the plan follow. */
  change(file: ExperimentFile): void {
    if (!this.#readable) this.#setAside = this.#text;
    this.#file = file;
    this.#readable = true;
    this.#textStale = true;
    this.#follow();
  }

  /** Takes a text from the editor; the form and the plan follow once it can be read. */
  changeText(text: string): void {
    this.#text = text;
    this.#begun = true;
    this.#planning = true;
    this.#reading = true;
    this.#textStale = false;
    this.#later(textPause, (request) => this.#read(text, request));
  }

  /** The levels in a CSV that the text names; the text is read again with them. */
  giveCodebook(name: string, csv: string): void {
    this.#codebooks = { ...this.#codebooks, [name]: csv };
    this.changeText(this.#text);
  }

  /** Plans again, for instance because other runs are known now. */
  refresh(): void {
    if (!this.#reading && this.#textProblems.length === 0) this.#follow();
  }

  /** A file and its text as they are. */
  #take(file: ExperimentFile, text: string): void {
    this.#file = file;
    this.#begun = true;
    if (missingParts(file).length === 0 && text !== '') return this.changeText(text);
    this.#text = text;
    this.#goodText = text;
    this.#textStale = text === '';
    this.#readable = true;
    this.#follow();
  }

  #later(milliseconds: number, action: (request: number) => Promise<void>): void {
    const request = ++this.#request;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void action(request), milliseconds);
  }

  async #read(text: string, request: number): Promise<void> {
    const answer = await this.#notebook.attempt(() =>
      this.#notebook.call('experiments.parse', { text, codebooks: this.#codebooks })
    );
    if (request !== this.#request) return;
    this.#reading = false;
    this.#plan = null;
    this.#planProblem = null;
    this.#textProblems = answer?.problems ?? [];
    this.#readable = answer !== undefined && answer.file !== null;
    if (answer !== undefined && answer.file !== null) {
      this.#file = answer.file;
      this.#goodText = text;
      this.#setAside = null;
    }
    this.#keep();
    if (this.#readable && this.#textProblems.length === 0) await this.#makePlan(request);
    else this.#planning = false;
  }

  /** The text, what is wrong and the plan follow the file. */
  #follow(): void {
    this.#reading = false;
    this.#planning = true;
    this.#later(formPause, (request) => this.#update(request));
  }

  async #update(request: number): Promise<void> {
    const file = this.#file;
    try {
      if (this.#textStale) {
        const text = this.#goodText === '' ? {} : { text: this.#goodText };
        const { yaml } = await this.#notebook.call('experiments.format', { file, ...text });
        if (request !== this.#request) return;
        this.#text = yaml;
        this.#goodText = yaml;
        this.#textStale = false;
      }
      this.#keep();
      if (missingParts(file).length > 0) return this.#settle([], null, null);
      const text = this.#text;
      const answer = await this.#notebook.call('experiments.parse', { text, codebooks: this.#codebooks });
      if (request !== this.#request) return;
      if (answer.problems.length > 0) return this.#settle(answer.problems, null, null);
      this.#textProblems = [];
    } catch (thrown) {
      if (request !== this.#request) return;
      return this.#settle([], null, placed(thrown, file));
    }
    await this.#makePlan(request);
  }

  async #makePlan(request: number): Promise<void> {
    const file = this.#file;
    try {
      const plan = await this.#notebook.call('experiments.plan', { file });
      if (request === this.#request) this.#settle([], plan, null);
    } catch (thrown) {
      if (request === this.#request) this.#settle([], null, placed(thrown, file));
    }
  }

  #settle(problems: readonly FileProblem[], plan: Plan | null, planProblem: FileProblem | null): void {
    this.#textProblems = problems;
    this.#plan = plan;
    this.#planProblem = planProblem;
    this.#planning = false;
  }

  /** Keeps what was begun in the notebook. */
  #keep(): void {
    if (!this.#begun) return;
    const draft = { file: this.#file, text: this.#text };
    this.#notebook.kept.set(keptAs, JSON.parse(JSON.stringify(draft)) as KeptValue);
  }
}

/** A failure of a plan with its place in the file. */
function placed(thrown: unknown, { data }: ExperimentFile): FileProblem | null {
  if (!(thrown instanceof BitlabError)) return null;
  const report: ErrorReport = thrown.report();
  return { report, path: placeOfPlanProblem(report, data), line: null };
}

const drafts = new WeakMap<Notebook, Draft>();

/** The draft of a notebook: the same one each time the screen is opened. */
export function draftOf(notebook: Notebook): Draft {
  const known = drafts.get(notebook);
  if (known !== undefined) return known;
  const draft = new Draft(notebook);
  drafts.set(notebook, draft);
  void draft.restore();
  return draft;
}
