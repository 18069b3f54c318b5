import type { Notebook } from '../state/notebook.svelte.ts';
import {
  addressEntry,
  commandEntries,
  foundEntries,
  runEntries,
  thingEntries,
  type FoundEntry,
  type PaletteEntry
} from './palette-entries.ts';

/** How long typing rests before runs are asked for. */
const pauseMs = 120;
const mostRecent = 8;

/** Entries under a heading; what answers a text has none. */
export interface EntryGroup {
  readonly heading: string | null;
  readonly entries: readonly FoundEntry[];
}

/** What the palette searches: commands and things are looked through here, runs are asked for. */
export class PaletteSearch {
  readonly #notebook: Notebook;
  readonly #source: Parameters<typeof runEntries>[0];
  text = $state('');
  #things = $state.raw<readonly PaletteEntry[]>([]);
  #runs = $state.raw<readonly PaletteEntry[]>([]);
  #loading = $state(false);
  #looking = $state(false);

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#source = { call: (method, input) => notebook.call(method, input) };
  }

  /** Everything that there is to find: runs that answer the text, and without one those that were used lately. */
  readonly #all = $derived.by((): readonly PaletteEntry[] => {
    const address = addressEntry(this.text);
    const remembered = this.#notebook.recentlyUsed.entries
      .filter(({ kind }) => kind === 'run')
      .map((entry) => ({ ...entry, words: '', command: null }));
    return [
      ...(address === null ? [] : [address]),
      ...commandEntries(this.#notebook.commands.all),
      ...this.#things,
      ...(this.text.trim() === '' ? remembered : this.#runs)
    ];
  });

  readonly found = $derived.by(() => foundEntries(this.#all, this.text, this.#notebook.recentlyUsed.entries));

  readonly groups = $derived.by((): readonly EntryGroup[] => {
    if (this.text.trim() !== '') return [{ heading: null, entries: this.found }];
    const lately = this.#notebook.recentlyUsed.entries.map(({ key }) => key);
    const used = this.found.filter(({ entry }) => lately.includes(entry.key)).slice(0, mostRecent);
    const others = this.found.filter(({ entry }) => !lately.includes(entry.key));
    return [
      { heading: 'Recently used', entries: used },
      { heading: 'Commands', entries: others.filter(({ entry }) => entry.command !== null) },
      { heading: 'In this notebook', entries: others.filter(({ entry }) => entry.command === null) }
    ].filter(({ entries }) => entries.length > 0);
  });

  /** What a reader is told of the answer. */
  get said(): string {
    if (this.#loading || this.#looking) return 'Looking …';
    const count = this.found.length;
    return count === 0 ? `Nothing found for “${this.text.trim()}”` : `${count} found`;
  }

  /** Empties the field and reads anew what there is. */
  begin(): void {
    this.text = '';
    this.#loading = true;
    void this.#notebook
      .attempt(() => thingEntries(this.#source))
      .then((entries) => {
        this.#things = entries ?? [];
        this.#loading = false;
      });
  }

  /** Asks for the runs of a text once typing rests; returns the function that gives it up. */
  followRuns(text: string): () => void {
    const isEmpty = text.trim() === '';
    this.#looking = !isEmpty;
    if (isEmpty) {
      this.#runs = [];
      return () => {};
    }
    const timer = setTimeout(() => void this.#askRuns(text), pauseMs);
    return () => clearTimeout(timer);
  }

  async #askRuns(text: string): Promise<void> {
    let runs: readonly PaletteEntry[] = [];
    // A notebook that does not answer says so elsewhere; commands still work.
    await this.#notebook.problemOf(async () => (runs = await runEntries(this.#source, text)));
    if (text !== this.text) return;
    this.#runs = runs;
    this.#looking = false;
  }
}
