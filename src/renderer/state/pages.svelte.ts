import type { BitlabError } from '../../contract/index.ts';
import { asBitlabError } from '../client/index.ts';

/** Rows in one request: more than a tall window shows. */
const pageSize = 100;

export type LoadPage<Row> = (
  offset: number,
  limit: number
) => Promise<{ readonly total: number; readonly rows: readonly Row[] }>;

/**
 * Rows of a long table, of which only those are loaded that are looked at. While others are asked for, those that were there
 * stay; of several questions asked in a row only the first and the last are put.
 */
export class Pages<Row> {
  #pages = $state.raw<readonly (readonly Row[] | undefined)[]>([]);
  #total = $state.raw<number | null>(null);
  #error = $state.raw<BitlabError | null>(null);
  #load: LoadPage<Row> | null = null;
  /** What is asked next, once the question under way is answered. */
  #next: { readonly load: LoadPage<Row>; readonly fromTop: boolean } | null = null;
  #busy = false;
  #view: readonly [number, number] = [0, 0];
  /** Pages of the present question that are on their way. */
  #pending: readonly number[] = [];

  /** How many rows there are; null before the first answer. */
  get total(): number | null {
    return this.#total;
  }

  /** Why the last question was not answered. */
  get error(): BitlabError | null {
    return this.#error;
  }

  /** The row at a place; undefined while it is on its way. */
  row(index: number): Row | undefined {
    return this.#pages[Math.floor(index / pageSize)]?.[index % pageSize];
  }

  /** Every row that is loaded. */
  *loaded(): Generator<Row> {
    for (const rows of this.#pages) if (rows !== undefined) yield* rows;
  }

  /** Asks another question. Its rows are shown from the first when they come. */
  ask(load: LoadPage<Row>): Promise<void> {
    this.#next = { load, fromTop: true };
    return this.#work();
  }

  /** Asks the same question again, for the rows in view. */
  refresh(): Promise<void> {
    const load = this.#next?.load ?? this.#load;
    if (load === null) return Promise.resolve();
    this.#next = { load, fromTop: this.#next?.fromTop ?? false };
    return this.#work();
  }

  /** Loads the rows that are looked at, where they are not there yet. */
  view(first: number, end: number): void {
    this.#view = [first, end];
    const load = this.#load;
    if (load === null || this.#next !== null || this.#busy) return;
    for (const page of this.#pagesInView()) {
      if (this.#pages[page] === undefined && !this.#pending.includes(page)) void this.#loadPage(load, page);
    }
  }

  /** Puts a changed row in the place of the one that `isSame` finds. */
  replace(row: Row, isSame: (known: Row) => boolean): void {
    for (const [page, rows] of this.#pages.entries()) {
      const at = rows?.findIndex(isSame) ?? -1;
      if (at < 0) continue;
      this.#pages = withItem(this.#pages, page, rows!.with(at, row));
      return;
    }
  }

  /** Forgets all rows, as when others of another kind take their place. */
  clear(): void {
    this.#pages = [];
    this.#total = null;
    this.#error = null;
  }

  #pagesInView(): number[] {
    const [first, end] = this.#view;
    const [from, to] = [Math.floor(first / pageSize), Math.floor(Math.max(first, end - 1) / pageSize)];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#next !== null) {
        const { load, fromTop } = this.#next;
        this.#next = null;
        await this.#answer(load, fromTop ? [0] : this.#pagesInView());
      }
    } finally {
      this.#busy = false;
    }
    this.view(...this.#view);
  }

  async #answer(load: LoadPage<Row>, numbers: readonly number[]): Promise<void> {
    try {
      const answers = await Promise.all(numbers.map((page) => load(page * pageSize, pageSize)));
      this.#load = load;
      this.#pending = [];
      this.#pages = answers.reduce<readonly (readonly Row[] | undefined)[]>(
        (pages, { rows }, index) => withItem(pages, numbers[index]!, rows),
        []
      );
      this.#total = answers[0]!.total;
      this.#error = null;
    } catch (thrown) {
      this.#error = asBitlabError(thrown);
    }
  }

  async #loadPage(load: LoadPage<Row>, page: number): Promise<void> {
    this.#pending = [...this.#pending, page];
    try {
      const { rows, total } = await load(page * pageSize, pageSize);
      // Another question was answered meanwhile.
      if (this.#load !== load) return;
      this.#pages = withItem(this.#pages, page, rows);
      this.#total = total;
    } catch (thrown) {
      this.#error = asBitlabError(thrown);
    } finally {
      this.#pending = this.#pending.filter((each) => each !== page);
    }
  }
}

/** A copy of a list that may have gaps, with an item at a place, which may be after its end. */
function withItem<T>(list: readonly (T | undefined)[], at: number, item: T): readonly (T | undefined)[] {
  const copy = [...list];
  copy[at] = item;
  return copy;
}
