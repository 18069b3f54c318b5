import type { ExportRecord } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** Records of what was exported. */
export class ExportRecords {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(id: string, record: ExportRecord): void {
    this.#connection
      .prepare('INSERT INTO exports (id, record, made_at) VALUES (?, ?, ?)')
      .run(id, JSON.stringify(record), record.createdAt);
  }

  /** The latest first. */
  list(): { id: string; record: ExportRecord }[] {
    return this.#connection
      .prepare<[], { id: string; record: string }>('SELECT id, record FROM exports ORDER BY id DESC')
      .all()
      .map(({ id, record }) => ({ id, record: JSON.parse(record) as ExportRecord }));
  }

  remove(id: string): void {
    this.#connection.prepare('DELETE FROM exports WHERE id = ?').run(id);
  }
}
