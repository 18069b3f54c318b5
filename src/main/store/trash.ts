import type { TrashItem } from '../../contract/index.ts';
import type { Connection } from './connection.ts';
import { RunIndex } from './run-index.ts';

const trashKinds = ['models', 'datasets', 'measurements', 'experiments'] as const;

/** What runs need. */
type NeededKind = Exclude<TrashItem['kind'], 'experiments'>;

const usesOf: Readonly<Record<NeededKind, string>> = {
  models: 'SELECT 1 FROM runs WHERE runs.model_id = models.id',
  datasets:
    'SELECT 1 FROM runs WHERE runs.dataset_id = datasets.id OR runs.calibration_dataset_id = datasets.id',
  measurements: 'SELECT 1 FROM run_measurements WHERE measurement_id = measurements.id'
};

/**
 * What was deleted can be restored until the trash is emptied. Models, data sets and measurements that only trashed runs
 * still need go into the trash and out of it with them; of those that no run needs the caller says whether they are kept there.
 */
export class Trash {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  removeRuns(ids: readonly string[], at: string): void {
    for (const table of ['runs', 'imported_runs']) {
      const trash = this.#connection.prepare(
        `UPDATE ${table} SET trashed_at = ? WHERE id = ? AND trashed_at IS NULL`
      );
      for (const id of ids) trash.run(at, id);
    }
  }

  /** The experiment, with the runs that no other experiment has. */
  removeExperiment(id: string, at: string): void {
    this.#connection.prepare('UPDATE experiments SET trashed_at = ? WHERE id = ?').run(at, id);
    this.#connection
      .prepare(
        `UPDATE runs SET trashed_at = ? WHERE trashed_at IS NULL
           AND id IN (SELECT run_id FROM experiment_runs WHERE experiment_id = ?)
           AND NOT EXISTS (
             SELECT 1 FROM experiment_runs JOIN experiments ON experiments.id = experiment_id
             WHERE run_id = runs.id AND experiments.trashed_at IS NULL)`
      )
      .run(at, id);
  }

  /** Trashes a model that no run outside of the trash uses; unless it is to be kept, it goes for good where no trashed run needs it. */
  removeModel(id: string, at: string, keep = false): void {
    this.#trash('models', id, at);
    if (!keep) this.#deleteUnused('models', id);
  }

  removeDataset(id: string, at: string, keep = false): void {
    this.#trash('datasets', id, at);
    if (!keep) this.#deleteUnused('datasets', id);
  }

  removeMeasurement(id: string, at: string, keep = false): void {
    this.#trash('measurements', id, at);
    if (!keep) this.#deleteUnused('measurements', id);
  }

  /** Models, data sets, measurements and experiments in the trash, the latest first. */
  items(): TrashItem[] {
    const parts = trashKinds.map(
      (kind) =>
        `SELECT '${kind}' AS kind, id, name, trashed_at AS removedAt FROM ${kind} WHERE trashed_at IS NOT NULL`
    );
    return this.#connection
      .prepare<[], TrashItem>(`${parts.join(' UNION ALL ')} ORDER BY removedAt DESC, id`)
      .all();
  }

  has(kind: TrashItem['kind'], id: string): boolean {
    return this.items().some((item) => item.kind === kind && item.id === id);
  }

  runCount(): number {
    return this.#connection
      .prepare<[], { n: number }>('SELECT count(*) AS n FROM runs WHERE trashed_at IS NOT NULL')
      .get()!.n;
  }

  /** Brings one thing back; an experiment with the runs that went with it, and what those need. */
  restore(kind: TrashItem['kind'], id: string): void {
    if (kind === 'experiments') this.#restoreOwnRuns(id);
    this.#restoreNamed(kind, 'SELECT value FROM json_each(?)', JSON.stringify([id]));
  }

  /**
   * Brings runs back, with the models, data sets, measurements and experiments they belong to. One whose name was given to another
   * meanwhile comes back with " (restored)" after its name; such an experiment stays in the trash.
   */
  restoreRuns(ids: readonly string[]): void {
    for (const table of ['runs', 'imported_runs']) {
      const restore = this.#connection.prepare(`UPDATE ${table} SET trashed_at = NULL WHERE id = ?`);
      for (const id of ids) restore.run(id);
    }
    const restored = JSON.stringify(ids);
    this.#restoreNeeds(restored);
    this.#connection
      .prepare(
        `UPDATE experiments SET trashed_at = NULL WHERE trashed_at IS NOT NULL
           AND id IN (SELECT experiment_id FROM experiment_runs WHERE run_id IN (SELECT value FROM json_each(?)))
           AND NOT EXISTS (SELECT 1 FROM experiments AS other
             WHERE other.name = experiments.name AND other.trashed_at IS NULL)
           AND id = (SELECT max(twin.id) FROM experiments AS twin WHERE twin.name = experiments.name)`
      )
      .run(restored);
  }

  /** Deletes for good. Returns how many runs went; the blobs they leave behind are swept separately. */
  empty(): number {
    const emptied = ['runs', 'imported_runs'].map(
      (table) => this.#connection.prepare(`DELETE FROM ${table} WHERE trashed_at IS NOT NULL`).run().changes
    );
    this.#connection.exec('DELETE FROM experiments WHERE trashed_at IS NOT NULL');
    for (const kind of ['models', 'datasets', 'measurements'] as const) this.#deleteUnused(kind);
    new RunIndex(this.#connection).sweep();
    return emptied.reduce((sum, count) => sum + count);
  }

  #trash(table: NeededKind, id: string, at: string): void {
    this.#connection.prepare(`UPDATE ${table} SET trashed_at = ? WHERE id = ?`).run(at, id);
  }

  #restoreOwnRuns(experimentId: string): void {
    const ids = this.#connection
      .prepare<[string], { id: string }>(
        `SELECT runs.id FROM runs
         JOIN experiment_runs ON run_id = runs.id
         JOIN experiments ON experiments.id = experiment_id
         WHERE experiments.id = ? AND runs.trashed_at = experiments.trashed_at`
      )
      .all(experimentId)
      .map(({ id }) => id);
    const restored = JSON.stringify(ids);
    this.#connection
      .prepare('UPDATE runs SET trashed_at = NULL WHERE id IN (SELECT value FROM json_each(?))')
      .run(restored);
    this.#restoreNeeds(restored);
  }

  /** The models, data sets and measurements of runs. @param restored their identifiers, as a JSON array */
  #restoreNeeds(restored: string): void {
    const used = 'SELECT %s FROM runs WHERE id IN (SELECT value FROM json_each(?))';
    this.#restoreNamed('models', used.replace('%s', 'model_id'), restored);
    this.#restoreNamed('datasets', used.replace('%s', 'dataset_id'), restored);
    this.#restoreNamed('datasets', used.replace('%s', 'calibration_dataset_id'), restored);
    this.#restoreNamed(
      'measurements',
      'SELECT measurement_id FROM run_measurements WHERE run_id IN (SELECT value FROM json_each(?))',
      restored
    );
  }

  /** Those of a query's identifiers that lie in the trash; one whose name is taken gets another. */
  #restoreNamed(table: TrashItem['kind'], selectIds: string, parameter: string): void {
    const rows = this.#connection
      .prepare<[string], { id: string; name: string }>(
        `SELECT id, name FROM ${table} WHERE trashed_at IS NOT NULL AND id IN (${selectIds})`
      )
      .all(parameter);
    const taken = this.#connection.prepare<[string], { id: string }>(
      `SELECT id FROM ${table} WHERE name = ? AND trashed_at IS NULL`
    );
    // An experiment's file says its name, too.
    const file = table === 'experiments' ? ", file = json_set(file, '$.name', :name)" : '';
    const restore = this.#connection.prepare<[{ id: string; name: string }]>(
      `UPDATE ${table} SET trashed_at = NULL, name = :name${file} WHERE id = :id`
    );
    for (const { id, name } of rows) {
      let free = name;
      for (let n = 1; taken.get(free) !== undefined; n++) free = `${name} (restored${n > 1 ? ` ${n}` : ''})`;
      restore.run({ id, name: free });
    }
  }

  /** Deletes what lies in the trash and no run needs: one thing, or all of a kind. */
  #deleteUnused(table: NeededKind, id: string | null = null): void {
    this.#connection
      .prepare(
        `DELETE FROM ${table} WHERE trashed_at IS NOT NULL AND id = coalesce(?, id) AND NOT EXISTS (${usesOf[table]})`
      )
      .run(id);
  }
}
