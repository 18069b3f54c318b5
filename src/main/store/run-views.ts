import type { RunView } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** Ways to look at runs that someone saved, by name. */
export class RunViews {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): RunView[] {
    return this.#connection
      .prepare<[], { view: string }>('SELECT view FROM run_views ORDER BY name COLLATE NOCASE')
      .all()
      .map((row) => JSON.parse(row.view) as RunView);
  }

  /** Adds a view, or replaces the one of its name. */
  save(view: RunView, at: string): void {
    this.#connection
      .prepare(
        `INSERT INTO run_views (name, view, changed_at) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET view = excluded.view, changed_at = excluded.changed_at`
      )
      .run(view.name, JSON.stringify(view), at);
  }

  remove(name: string): void {
    this.#connection.prepare('DELETE FROM run_views WHERE name = ?').run(name);
  }
}
