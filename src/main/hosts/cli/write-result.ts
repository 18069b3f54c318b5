import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BitlabError } from '../../../contract/index.ts';

/**
 * Writes a text file, making its folder where it is not there.
 * @returns the absolute path
 * @throws BitlabError FILE_NOT_WRITTEN
 */
export async function writeResult(file: string, text: string): Promise<string> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw new BitlabError('FILE_NOT_WRITTEN', { file: path, reason: (cause as Error).message }, { cause });
  }
  return path;
}
