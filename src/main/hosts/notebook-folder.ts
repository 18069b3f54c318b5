import envPaths from 'env-paths';
import { join, resolve } from 'node:path';

/** The notebook's folder: as asked for, else BITLAB_NOTEBOOK, else in the user's data folder. */
export function notebookFolder(asked?: string): string {
  const named = asked ?? process.env.BITLAB_NOTEBOOK;
  if (named !== undefined && named !== '') return resolve(named);
  return join(envPaths('bitlab', { suffix: '' }).data, 'notebook');
}
