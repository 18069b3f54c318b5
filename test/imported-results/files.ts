import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../store/notebook-fixture.ts';

/** A committed file of results; tools/mlflow_database.py makes the databases. */
export const resultsFile = (name: string) => resolve(import.meta.dirname, '../data/results', name);

/** A file of its own with these contents, gone after the test. */
export function writtenFile(name: string, contents: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, contents);
  return path;
}
