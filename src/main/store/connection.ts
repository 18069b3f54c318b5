import Database from 'better-sqlite3';

export type Connection = Database.Database;

/** Marks a file as a Bitlab notebook: the letters BITL. */
export const applicationId = 0x4249544c;

/**
 * Opens a SQLite file for writing with what every connection to a notebook needs. WAL with synchronous NORMAL survives
 * the death of the process; `durably` adds what the death of the machine needs.
 */
export function connect(file: string): Connection {
  const connection = new Database(file, { timeout: 5000 });
  connection.pragma('foreign_keys = ON');
  return connection;
}

/** Opens a notebook that this process has open for writing once more, to read beside it. */
export function connectToRead(file: string): Connection {
  const connection = new Database(file, { readonly: true, timeout: 5000 });
  // 64 MiB of pages, so that the columns of 100,000 runs are not read again for every question.
  connection.pragma('cache_size = -65536');
  return connection;
}

/** Switches the file to write-ahead logging. Separate from `connect`, so that a foreign file is never changed. */
export function useWriteAheadLog(connection: Connection): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
}

/** One transaction that is on the disk when this returns, even if the power fails in the next instant. */
export function durably<T>(connection: Connection, work: () => T): T {
  connection.pragma('synchronous = FULL');
  try {
    return connection.transaction(work).immediate();
  } finally {
    connection.pragma('synchronous = NORMAL');
  }
}

/** SQLite's error code, such as SQLITE_CORRUPT, where a thrown value has one. */
export function sqliteCode(thrown: unknown): string | null {
  return thrown instanceof Database.SqliteError ? thrown.code : null;
}
