import type { Connection } from './connection.ts';
import { RunIndex } from './run-index.ts';

/**
 * What was deleted can be restored until the trash is emptied. Models, data sets and measurements that only trashed runs
 * still need go into the trash and out of it with them; those that no run needs are deleted at once.
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

  /** Deletes a model that no run outside of the trash uses, or trashes it where a trashed run does. */
  removeModel(id: string, at: string): void {
    this.#connection.prepare('UPDATE models SET trashed_at = ? WHERE id = ?').run(at, id);
    this.#deleteUnusedModels();
  }

  removeDataset(id: string, at: string): void {
    this.#connection.prepare('UPDATE datasets SET trashed_at = ? WHERE id = ?').run(at, id);
    this.#deleteUnusedDatasets();
  }

  removeMeasurement(id: string, at: string): void {
    this.#connection.prepare('UPDATE measurements SET trashed_at = ? WHERE id = ?').run(at, id);
    this.#deleteUnusedMeasurements();
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
    const used = 'SELECT %s FROM runs WHERE id IN (SELECT value FROM json_each(?))';
    this.#restoreNamed('models', used.replace('%s', 'model_id'), restored);
    this.#restoreNamed('datasets', used.replace('%s', 'dataset_id'), restored);
    this.#restoreNamed('datasets', used.replace('%s', 'calibration_dataset_id'), restored);
    this.#restoreNamed(
      'measurements',
      'SELECT measurement_id FROM run_measurements WHERE run_id IN (SELECT value FROM json_each(?))',
      restored
    );
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
    this.#deleteUnusedModels();
    this.#deleteUnusedDatasets();
    this.#deleteUnusedMeasurements();
    new RunIndex(this.#connection).sweep();
    return emptied.reduce((sum, count) => sum + count);
  }

  #restoreNamed(
    table: 'models' | 'datasets' | 'measurements',
    selectIds: string,
    restoredRuns: string
  ): void {
    const rows = this.#connection
      .prepare<[string], { id: string; name: string }>(
        `SELECT id, name FROM ${table} WHERE trashed_at IS NOT NULL AND id IN (${selectIds})`
      )
      .all(restoredRuns);
    const taken = this.#connection.prepare<[string], { id: string }>(
      `SELECT id FROM ${table} WHERE name = ? AND trashed_at IS NULL`
    );
    const restore = this.#connection.prepare(`UPDATE ${table} SET trashed_at = NULL, name = ? WHERE id = ?`);
    for (const { id, name } of rows) {
      let free = name;
      for (let n = 1; taken.get(free) !== undefined; n++) free = `${name} (restored${n > 1 ? ` ${n}` : ''})`;
      restore.run(free, id);
    }
  }

  #deleteUnusedModels(): void {
    this.#connection.exec(
      `DELETE FROM models WHERE trashed_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.model_id = models.id)`
    );
  }

  #deleteUnusedMeasurements(): void {
    this.#connection.exec(
      `DELETE FROM measurements WHERE trashed_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM run_measurements WHERE measurement_id = measurements.id)`
    );
  }

  #deleteUnusedDatasets(): void {
    this.#connection.exec(
      `DELETE FROM datasets WHERE trashed_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.dataset_id = datasets.id)
         AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.calibration_dataset_id = datasets.id)`
    );
  }
}
