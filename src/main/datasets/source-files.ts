import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import { openZip } from './zip-files.ts';

/** One file of what is imported, on disk or in an archive. */
export interface SourceFile {
  /** Relative, with slashes, for messages and for what folders mean. */
  readonly path: string;
  readonly bytes: number;
  /** @throws BitlabError FILE_NOT_FOUND, DATA_TOO_LARGE, DATA_ARCHIVE_REFUSED */
  read(): Promise<Buffer>;
  /** Bytes `offset` to `offset + length`; fewer where the file ends before. */
  part(offset: number, length: number): Promise<Buffer>;
}

/** What a person chose: a file or a folder, and what it is called. */
export interface GivenFile {
  readonly path: string;
  readonly name: string;
}

export interface SourceFiles {
  /** In the order of their paths: the same files are the same data set, however they were chosen. */
  readonly files: readonly SourceFile[];
  close(): void;
}

/** One file in memory: a picture, a compressed IDX file or a table. */
export const mostBytesAtOnce = 2 ** 29;
const deepestFolder = 8;
const mostFiles = 2_000_000;

/**
 * The files of what was given: folders with all that is in them, an archive .zip as the folder that it is. Hidden files are left out.
 * @throws BitlabError FILE_NOT_FOUND, DATA_EMPTY, DATA_ARCHIVE_REFUSED
 */
export async function openSourceFiles(given: readonly GivenFile[]): Promise<SourceFiles> {
  const [only] = given;
  if (given.length === 1 && only!.name.toLowerCase().endsWith('.zip')) return openZip(only!.path, only!.name);
  const files: SourceFile[] = [];
  for (const { path, name } of given) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new BitlabError('FILE_NOT_FOUND', { file: name });
    if (found.isDirectory()) await walk(path, name, 0, files);
    else if (found.isFile()) files.push(diskFile(path, name, found.size));
    else throw new BitlabError('FILE_NOT_FOUND', { file: name });
  }
  if (files.length === 0) throw new BitlabError('DATA_EMPTY', { file: given[0]?.name ?? '' });
  files.sort((a, b) => byCodePoint(a.path, b.path));
  return { files, close: () => {} };
}

async function walk(folder: string, name: string, depth: number, files: SourceFile[]): Promise<void> {
  if (depth > deepestFolder) return;
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new BitlabError('FILE_NOT_FOUND', { file: name }, { cause });
  });
  // As Python sorts: by code points, not by the language of the machine.
  for (const entry of entries.filter((each) => !each.startsWith('.')).sort(byCodePoint)) {
    const path = join(folder, entry);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if (found.isDirectory()) await walk(path, `${name}/${entry}`, depth + 1, files);
    else if (found.isFile()) files.push(diskFile(path, `${name}/${entry}`, found.size));
    if (files.length > mostFiles)
      throw new BitlabError('DATA_FILES_AMBIGUOUS', {
        reason: `${name} has more than ${mostFiles} files`,
        advice: 'Give the folder of the pictures itself.'
      });
  }
}

export const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function diskFile(path: string, name: string, bytes: number): SourceFile {
  const gone = (cause: unknown) => new BitlabError('FILE_NOT_FOUND', { file: name }, { cause });
  return {
    path: name,
    bytes,
    async read() {
      requireSize(name, bytes);
      try {
        return await readFile(path);
      } catch (cause) {
        throw gone(cause);
      }
    },
    async part(offset, length) {
      const wanted = Math.max(0, Math.min(length, bytes - offset));
      requireSize(name, wanted);
      const file = await open(path, 'r').catch((cause: unknown) => {
        throw gone(cause);
      });
      try {
        const target = Buffer.allocUnsafe(wanted);
        const { bytesRead } = await file.read(target, 0, wanted, offset);
        return target.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    }
  };
}

export function requireSize(file: string, bytes: number): void {
  if (bytes > mostBytesAtOnce)
    throw new BitlabError('DATA_TOO_LARGE', { file, bytes, limit: mostBytesAtOnce });
}
