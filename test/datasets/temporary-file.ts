import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes bytes to a new file in `folder` and returns its path. */
export function temporaryFile(folder: string, bytes: Uint8Array | string, ending = '.npz'): string {
  const path = join(folder, `${randomUUID()}${ending}`);
  writeFileSync(path, bytes);
  return path;
}
