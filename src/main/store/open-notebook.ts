import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import { backUp } from './backup.ts';
import { Blobs, clearTemporary } from './blobs.ts';
import {
  applicationId,
  connect,
  durably,
  sqliteCode,
  useWriteAheadLog,
  type Connection
} from './connection.ts';
import { Datasets } from './datasets.ts';
import { Experiments } from './experiments.ts';
import { ExportRecords } from './exports.ts';
import { ImportedRuns } from './imported-runs.ts';
import { identifierSource, type IdentifierPrefix } from './identifiers.ts';
import { LayerResults } from './layer-results.ts';
import { lockNotebook } from './lock.ts';
import { Measurements } from './measurements.ts';
import { Metrics } from './metrics.ts';
import { latestSchema, migrate, type Migration } from './migrations.ts';
import { Models } from './models.ts';
import { Notes } from './notes.ts';
import { Predictions } from './predictions.ts';
import { ProvenanceRecords } from './provenance.ts';
import { RunIndex } from './run-index.ts';
import { RunLogs } from './run-logs.ts';
import { Runs } from './runs.ts';
import { RunQueryClient } from './run-query-client.ts';
import { RunTable } from './run-table.ts';
import { Sensitivities } from './sensitivities.ts';
import { RunViews } from './run-views.ts';
import { SettingValues } from './settings.ts';
import { Stars } from './stars.ts';
import { Tags } from './tags.ts';
import { Trash } from './trash.ts';
import { verifyNotebook, type Verification } from './verify.ts';

export interface NotebookOptions {
  readonly migrations: readonly Migration[];
  readonly clock: () => Date;
  /** The file that starts the thread which queries runs; from the sources without it. */
  readonly queryThread?: string | undefined;
}

/** An open notebook: the one place that writes its folder. Everything but blobs, backup and verify is synchronous. */
export interface Notebook {
  readonly folder: string;
  readonly blobs: Blobs;
  readonly models: Models;
  readonly datasets: Datasets;
  readonly measurements: Measurements;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly runTable: RunTable;
  readonly importedRuns: ImportedRuns;
  /** Asks about runs in another thread. */
  readonly runQueries: RunQueryClient;
  readonly runIndex: RunIndex;
  readonly runViews: RunViews;
  readonly exports: ExportRecords;
  readonly metrics: Metrics;
  readonly layerResults: LayerResults;
  readonly predictions: Predictions;
  readonly provenance: ProvenanceRecords;
  readonly runLogs: RunLogs;
  readonly sensitivities: Sensitivities;
  readonly tags: Tags;
  readonly stars: Stars;
  readonly notes: Notes;
  readonly settings: SettingValues;
  readonly trash: Trash;
  newIdentifier(prefix: IdentifierPrefix): string;
  /** All or nothing. Survives the death of the process. */
  transaction<T>(work: () => T): T;
  /** All or nothing, and on the disk when it returns. */
  durably<T>(work: () => T): T;
  verify(): Promise<Verification>;
  /** The whole notebook in one file; see backup.ts. */
  backup(file: string): Promise<void>;
  close(): void;
}

/**
 * Opens the notebook in a folder, making both where they are not there yet. What stood as running when its process ended
 * becomes interrupted, and what was half-received is deleted.
 * @throws NOTEBOOK_FOLDER, NOTEBOOK_IN_USE, NOTEBOOK_FOREIGN, NOTEBOOK_NEWER, NOTEBOOK_DAMAGED
 */
export function openNotebook(folder: string, options: NotebookOptions): Notebook {
  const absolute = resolve(folder);
  const file = join(absolute, 'notebook.sqlite');
  refuseForeignHeader(file);
  const hadLock = existsSync(join(absolute, 'notebook.lock'));
  const unlock = lockFolder(absolute);
  try {
    const connection = openDatabase(file, absolute, options);
    return assemble(connection, absolute, file, unlock, options);
  } catch (thrown) {
    unlock();
    // A folder that turned out to be another program's is left as it was.
    if (!hadLock && thrown instanceof BitlabError && thrown.code === 'NOTEBOOK_FOREIGN') {
      rmSync(join(absolute, 'notebook.lock'), { force: true });
    }
    throw thrown;
  }
}

function lockFolder(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true });
    return lockNotebook(folder);
  } catch (cause) {
    if (cause instanceof BitlabError) throw cause;
    throw new BitlabError('NOTEBOOK_FOLDER', { folder, reason: (cause as Error).message }, { cause });
  }
}

function openDatabase(file: string, folder: string, options: NotebookOptions): Connection {
  const at = options.clock().toISOString();
  let connection: Connection | null = null;
  try {
    connection = connect(file);
    claim(connection, file);
    const found = connection.pragma('user_version', { simple: true }) as number;
    const known = latestSchema(options.migrations);
    if (found > known) throw new BitlabError('NOTEBOOK_NEWER', { found, known });
    useWriteAheadLog(connection);
    migrate(connection, options.migrations, at, (from) =>
      join(folder, 'backups', `notebook-schema-${from}-${at.replaceAll(':', '-')}.sqlite`)
    );
    return connection;
  } catch (thrown) {
    connection?.close();
    throw asBitlabError(thrown, file, folder);
  }
}

/** Checks whose file it is, and marks a new one as a notebook. */
function claim(connection: Connection, file: string): void {
  const id = connection.pragma('application_id', { simple: true });
  if (id === applicationId) return;
  const objects = connection.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()!.n;
  if (id !== 0 || objects > 0) throw new BitlabError('NOTEBOOK_FOREIGN', { file });
  connection.pragma(`application_id = ${applicationId}`);
}

/** Refuses a file that is plainly something else before anything is opened or locked. */
function refuseForeignHeader(file: string): void {
  if (!existsSync(file)) return;
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  const length = readSync(handle, header, 0, header.length, 0);
  closeSync(handle);
  if (length === 0) return;
  const isSqlite = length === 100 && header.toString('latin1', 0, 16) === 'SQLite format 3\0';
  const id = header.readUInt32BE(68);
  if (!isSqlite || (id !== 0 && id !== applicationId)) throw new BitlabError('NOTEBOOK_FOREIGN', { file });
}

function asBitlabError(thrown: unknown, file: string, folder: string): unknown {
  const code = sqliteCode(thrown);
  if (code === null) return thrown;
  const reason = (thrown as Error).message;
  if (code === 'SQLITE_NOTADB') return new BitlabError('NOTEBOOK_FOREIGN', { file }, { cause: thrown });
  if (code.startsWith('SQLITE_CORRUPT'))
    return new BitlabError('NOTEBOOK_DAMAGED', { reason }, { cause: thrown });
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY'))
    return new BitlabError('NOTEBOOK_FOLDER', { folder, reason }, { cause: thrown });
  return thrown;
}

function assemble(
  connection: Connection,
  folder: string,
  file: string,
  unlock: () => void,
  { clock, queryThread }: NotebookOptions
): Notebook {
  const blobsFolder = join(folder, 'blobs');
  clearTemporary(blobsFolder);
  const blobs = new Blobs(connection, blobsFolder);
  const runs = new Runs(connection);
  const runQueries = new RunQueryClient(
    queryThread ?? join(import.meta.dirname, 'run-query-thread.ts'),
    file
  );
  const runIndex = new RunIndex(connection);
  runIndex.complete();
  runs.interruptAll(clock().toISOString());
  const sensitivities = new Sensitivities(connection);
  sensitivities.interruptAll(clock().toISOString());
  return {
    folder,
    blobs,
    models: new Models(connection),
    datasets: new Datasets(connection),
    measurements: new Measurements(connection),
    experiments: new Experiments(connection),
    runs,
    runTable: new RunTable(connection),
    importedRuns: new ImportedRuns(connection),
    runQueries,
    runIndex,
    runViews: new RunViews(connection),
    exports: new ExportRecords(connection),
    metrics: new Metrics(connection),
    layerResults: new LayerResults(connection),
    predictions: new Predictions(connection, blobs),
    provenance: new ProvenanceRecords(connection),
    runLogs: new RunLogs(connection),
    sensitivities,
    tags: new Tags(connection),
    stars: new Stars(connection),
    notes: new Notes(connection),
    settings: new SettingValues(connection),
    trash: new Trash(connection),
    newIdentifier: identifierSource(() => clock().getTime()),
    transaction: (work) => connection.transaction(work).immediate(),
    durably: (work) => durably(connection, work),
    verify: () => verifyNotebook(connection, blobs),
    backup: (file) => backUp(connection, blobs, file),
    close: () => {
      void runQueries.close();
      connection.close();
      unlock();
    }
  };
}
