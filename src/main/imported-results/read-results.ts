import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { BitlabError, type ResultsFormat } from '../../contract/index.ts';
import { csvRows } from './csv-rows.ts';
import { withDatabaseCopy } from './database-copy.ts';
import type { FoundResults } from './found-results.ts';
import { mlflowResults } from './mlflow.ts';
import { tensorboardResults } from './tensorboard.ts';
import { isWandbHeader, wandbResults } from './wandb.ts';

const sqliteHeader = 'SQLite format 3\0';
/** Texts beyond this are no table that someone chose to see; databases keep histories, too, which are not read. */
const largestTextBytes = 2 ** 28;

/**
 * Reads results of another program. The file is not changed.
 * @param format where it is null the file tells
 * @throws BitlabError FILE_NOT_FOUND, RESULTS_*
 */
export async function readResults(
  path: string,
  fileName: string,
  format: ResultsFormat | null
): Promise<FoundResults> {
  const { isSqlite, bytes: size } = await looked(path, fileName);
  if (isSqlite || format === 'mlflow') {
    if (!isSqlite)
      throw new BitlabError('RESULTS_NOT_MLFLOW', { file: fileName, reason: 'it is no SQLite file' });
    if (format !== null && format !== 'mlflow') {
      throw new BitlabError('RESULTS_INVALID', {
        file: fileName,
        place: 'at its beginning',
        reason: 'it is a SQLite file and no CSV',
        advice: 'Import it as one of MLflow, or export the runs as CSV.'
      });
    }
    return withDatabaseCopy(path, fileName, (copy, fileHash) => ({
      ...mlflowResults(copy, fileName),
      fileHash
    }));
  }
  if (size > largestTextBytes) {
    throw new BitlabError('RESULTS_FILE_TOO_LARGE', { file: fileName, bytes: size, limit: largestTextBytes });
  }
  const bytes = await readFile(path);
  const rows = csvRows(bytes, fileName);
  const isWandb = isWandbHeader(rows.header);
  if (format === 'wandb' && !isWandb) {
    throw new BitlabError('RESULTS_INVALID', {
      file: fileName,
      place: 'line 1',
      reason: 'it lacks the columns Name and State of a table of runs',
      advice: 'Export the table of runs from the project page, with these two columns in it.'
    });
  }
  const found = format === 'tensorboard' || !isWandb ? tensorboardResults(rows) : wandbResults(rows);
  return { ...found, fileHash: createHash('sha256').update(bytes).digest('hex') };
}

async function looked(path: string, fileName: string): Promise<{ isSqlite: boolean; bytes: number }> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer } = await file.read({ buffer: Buffer.alloc(16), length: 16, position: 0 });
      return { isSqlite: buffer.toString('latin1') === sqliteHeader, bytes: (await file.stat()).size };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new BitlabError('FILE_NOT_FOUND', { file: fileName }, { cause });
  }
}
