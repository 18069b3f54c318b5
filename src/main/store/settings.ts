import type { Connection } from './connection.ts';

/** Named JSON values that belong to the notebook as a whole. */
export class SettingValues {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(name: string): unknown {
    const row = this.#connection
      .prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
      .get(name);
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  set(name: string, value: unknown): void {
    this.#connection
      .prepare(
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
      )
      .run(name, JSON.stringify(value));
  }
}
