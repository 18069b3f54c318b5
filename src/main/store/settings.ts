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

  /** All values whose names begin with a word. */
  withPrefix(prefix: string): { name: string; value: unknown }[] {
    return this.#connection
      .prepare<[string, string], { name: string; value: string }>(
        'SELECT name, value FROM settings WHERE substr(name, 1, length(?)) = ? ORDER BY name'
      )
      .all(prefix, prefix)
      .map(({ name, value }) => ({ name, value: JSON.parse(value) as unknown }));
  }

  remove(name: string): void {
    this.#connection.prepare('DELETE FROM settings WHERE name = ?').run(name);
  }

  set(name: string, value: unknown): void {
    this.#connection
      .prepare(
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
      )
      .run(name, JSON.stringify(value));
  }
}
