import type { BitlabEvent, RunCell, RunColumnInfo, RunGroups } from '../../../contract/index.ts';
import type { SortOrder } from '../../components/table-column.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';
import { Pages } from '../../state/pages.svelte.ts';
import { named, placesOf, usualColumns } from './run-grid-columns.ts';
import type { RunLook } from './run-look.svelte.ts';

type Row = readonly RunCell[];
type Group = RunGroups['rows'][number];

/** What every row needs, whatever columns are shown. */
const always = ['model', 'samples', 'starred', 'status', 'imported', 'name'];
/** Numbers that tell groups apart instead of being averaged. */
const identities = ['seed', 'samples'];
/** Columns that single runs have and groups do not. */
const single = [
  'id',
  'status',
  'seed',
  'created',
  'started',
  'ended',
  'starred',
  'note',
  'tags',
  'error',
  'hash',
  'name'
];
/** How long changes are gathered before they are asked for, and how often an order is made again while runs end. */
const gatherMs = 150;
const reorderMs = 1500;
/** More changed rows than this are a reason to ask for the page instead. */
const mostDeltas = 200;

/** The rows of the screen of runs: what is asked of the notebook, and how it is kept up to date. */
export class RunTableState {
  readonly runs = new Pages<Row>();
  readonly groups = new Pages<Group>();
  readonly #notebook: Notebook;
  readonly #look: RunLook;
  #infos = $state.raw<readonly RunColumnInfo[]>([]);
  /** The filter that is in force. */
  where = $state('');
  trash = $state(false);
  #changed: readonly string[] = [];
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #reordering: ReturnType<typeof setTimeout> | undefined;

  constructor(notebook: Notebook, look: RunLook) {
    this.#notebook = notebook;
    this.#look = look;
  }

  readonly columnNames = $derived.by(() => this.#look.columns ?? usualColumns(this.#infos));

  /** The columns shown that there are. */
  readonly columns = $derived.by(() => {
    return named(this.#infos, this.columnNames);
  });

  /** Where each column stands in a row; the identifier is the first cell. */
  readonly places = $derived.by(() => placesOf([...always, ...this.columnNames]));

  /** What groups are told by: their factors, or the columns shown that their runs share. */
  readonly keys = $derived.by(() => {
    const { by } = this.#look;
    if (by !== null && by !== 'all-but-seed') return named(this.#infos, by);
    return this.columns.filter(
      ({ name, kind, type }) =>
        kind === 'setting' ||
        name === 'samples' ||
        (type !== 'number' && type !== 'interval' && !single.includes(name))
    );
  });

  /** What is averaged over groups: the numbers shown. */
  readonly metrics = $derived.by(() =>
    this.columns.filter(
      ({ name, kind, type, queried }) =>
        kind !== 'setting' && type === 'number' && queried && !identities.includes(name)
    )
  );

  /** Every setting that tells groups of repeats apart, whether it is shown or not. */
  readonly hiddenKeys = $derived.by(() =>
    this.#infos
      .filter(
        ({ name, kind, varies }) =>
          (kind === 'setting' && varies) || ['model', 'dataset', 'samples', 'arithmetic'].includes(name)
      )
      .map(({ name }) => name)
  );

  get infos(): readonly RunColumnInfo[] {
    return this.#infos;
  }

  get grouped(): boolean {
    return this.#look.by !== null && !this.trash;
  }

  async loadColumns(): Promise<void> {
    const infos = await this.#notebook.attempt(() => this.#notebook.call('runs.columns', {}));
    if (infos !== undefined && JSON.stringify(infos) !== JSON.stringify(this.#infos)) this.#infos = infos;
  }

  /** Asks for what is to be shown now. Follow what this reads, and call it when that changes. */
  ask(): Promise<void> {
    if (this.#infos.length === 0) return Promise.resolve();
    return this.grouped ? this.#askGroups() : this.#askRuns();
  }

  refresh(): Promise<void> {
    return this.grouped ? this.groups.refresh() : this.runs.refresh();
  }

  /** Identifiers of the runs selected, from one place of the order to another, both included; all without places. */
  async idsOf(from = 0, to = Infinity): Promise<string[]> {
    const answer = await this.#notebook.attempt(() =>
      this.#notebook.call('runs.query', {
        ...this.#selection(),
        columns: [],
        sort: ordered(this.#look.sort),
        offset: from,
        limit: Math.min(200_000, to - from + 1)
      })
    );
    return (answer?.rows ?? []).map(([id]) => String(id));
  }

  /** Takes an event of the notebook: rows that changed are asked for by themselves. */
  receive(event: BitlabEvent): void {
    if (event.type === 'run-changed') {
      this.#changed = [...this.#changed, event.run.id];
      this.#gathering ??= setTimeout(() => void this.#takeChanged(), gatherMs);
    } else if (event.type === 'changed' && ['runs', 'models', 'datasets'].includes(event.kind)) {
      void this.loadColumns();
      void this.refresh();
    }
  }

  stop(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#reordering);
  }

  async #takeChanged(): Promise<void> {
    this.#gathering = undefined;
    const ids = this.#changed;
    this.#changed = [];
    // Where they belong now, and what groups make of them, is looked up less often.
    this.#reordering ??= setTimeout(() => {
      this.#reordering = undefined;
      void this.loadColumns();
      void this.refresh();
    }, reorderMs);
    const loaded = Array.from(this.runs.loaded(), ([id]) => id);
    const seen = loaded.filter((id): id is string => ids.includes(id as string));
    if (this.grouped || seen.length === 0 || seen.length > mostDeltas) return;
    const answer = await this.#notebook.attempt(() =>
      this.#notebook.call('runs.query', {
        ...this.#selection(),
        columns: [...this.places.keys()],
        ids: seen,
        limit: mostDeltas
      })
    );
    for (const row of answer?.rows ?? []) this.runs.replace(row, ([id]) => id === row[0]);
  }

  #selection() {
    const where = this.where.trim();
    return { trash: this.trash, ...(where !== '' && { where }) };
  }

  #askRuns(): Promise<void> {
    const query = {
      ...this.#selection(),
      columns: [...this.places.keys()],
      sort: ordered(this.#look.sort)
    };
    return this.runs.ask((offset, limit) => this.#notebook.call('runs.query', { ...query, offset, limit }));
  }

  #askGroups(): Promise<void> {
    const by = this.#look.by!;
    const shown = this.keys.map(({ name }) => name);
    const query = {
      ...this.#selection(),
      by: by === 'all-but-seed' ? by : [...by],
      columns: by === 'all-but-seed' ? [...shown, ...this.hiddenKeys] : shown,
      metrics: this.metrics.map(({ name }) => name),
      sort: ordered(this.#look.groupSort)
    };
    return this.groups.ask((offset, limit) =>
      this.#notebook.call('runs.groups', { ...query, offset, limit })
    );
  }
}

const ordered = (sort: readonly SortOrder[]) =>
  sort.map(({ key, direction }) => ({ column: key, direction }));
