import { readFile, stat } from 'node:fs/promises';
import { BitlabError } from '../../../contract/index.ts';

/** Longer than any file that a person writes by hand. */
const mostBytes = 4 << 20;

/**
 * A text file that was named on the command line.
 * @throws BitlabError FILE_NOT_FOUND, USAGE
 */
export async function readText(file: string): Promise<string> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new BitlabError('FILE_NOT_FOUND', { file }, { cause });
  });
  if (!found.isFile()) throw new BitlabError('FILE_NOT_FOUND', { file });
  if (found.size > mostBytes)
    throw new BitlabError('USAGE', { reason: `The file ${file} is too long for a text` });
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}
