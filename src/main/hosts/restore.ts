import { readMigrations, restoreNotebook } from '../store/index.ts';
import { migrationsFolder } from './program-folder.ts';

/** Makes the notebook in `folder` what it was at the backup `file`; see restoreNotebook. */
export function restoreFrom(file: string, folder: string): Promise<string | null> {
  return restoreNotebook(file, folder, readMigrations(migrationsFolder), new Date().toISOString());
}
