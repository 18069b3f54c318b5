import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { BitlabError, type DatasetSource, type FileSource } from '../../contract/index.ts';
import type { GivenFile } from '../datasets/index.ts';
import type { ReceivedFile } from '../store/index.ts';
import type { Context } from './context.ts';

/** How a kind of file is refused before anything is read. */
export interface FileLimits {
  readonly emptyCode: 'MODEL_EMPTY' | 'DATA_EMPTY' | 'MEASUREMENT_EMPTY' | 'RESULTS_EMPTY';
  readonly tooLargeCode:
    'MODEL_TOO_LARGE' | 'DATA_TOO_LARGE' | 'MEASUREMENT_TOO_LARGE' | 'RESULTS_FILE_TOO_LARGE';
  readonly limitBytes: number;
}

/**
 * Receives the file, lets `work` import it, and leaves nothing behind unless `work` kept it. `work` is told the folder that the
 * file came from, unless it was uploaded.
 * @throws FILE_NOT_ALLOWED, FILE_NOT_FOUND, UPLOAD_NOT_FOUND, the codes of `limits`, and what `work` throws
 */
export function withReceivedFile<T>(
  context: Context,
  source: FileSource,
  limits: FileLimits,
  work: (file: ReceivedFile, fileName: string, folder: string | null) => Promise<T>
): Promise<T> {
  return withLocatedFile(context, source, limits, async (path, name) => {
    const file = await received(context, path, name);
    try {
      return await work(file, name, 'upload' in source ? null : dirname(path));
    } finally {
      await file.discard();
    }
  });
}

/**
 * Lets `work` read a file where it lies, for what is read once and not kept. An upload is removed afterwards.
 * @throws FILE_NOT_ALLOWED, FILE_NOT_FOUND, UPLOAD_NOT_FOUND, the codes of `limits`, and what `work` throws
 */
export async function withLocatedFile<T>(
  context: Context,
  source: FileSource,
  limits: FileLimits,
  work: (path: string, fileName: string) => Promise<T>
): Promise<T> {
  try {
    const { path, name } = located(context, source);
    await refuseBySize(path, name, limits);
    return await work(path, name);
  } finally {
    await removeUploads(context, source);
  }
}

/** The same of a file that was located, and is left where it is. */
export async function withCopiedFile<T>(
  context: Context,
  { path, name }: GivenFile,
  limits: FileLimits,
  work: (file: ReceivedFile, fileName: string) => Promise<T>
): Promise<T> {
  await refuseBySize(path, name, limits);
  const file = await received(context, path, name);
  try {
    return await work(file, name);
  } finally {
    await file.discard();
  }
}

function located(context: Context, source: FileSource): GivenFile {
  if ('upload' in source) {
    // The browser's word for the file: only its last part is a name.
    const name = source.fileName.split(/[\\/]/).at(-1) || 'upload';
    return { path: context.uploads.path(source.upload, name), name };
  }
  if (!context.allowPath(source.path)) throw new BitlabError('FILE_NOT_ALLOWED', { file: source.path });
  return { path: source.path, name: basename(source.path) };
}

/**
 * The files and folders of a data set. What uploads call their folders is kept, since folders are classes.
 * @throws FILE_NOT_ALLOWED, UPLOAD_NOT_FOUND
 */
export function givenFiles(context: Context, source: DatasetSource): GivenFile[] {
  if ('paths' in source) return source.paths.map((path) => located(context, { path }));
  if (!('uploads' in source)) return [located(context, source)];
  return source.uploads.map(({ upload, fileName }) => {
    const parts = fileName.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
    const name = parts.join('/') || 'upload';
    return { path: context.uploads.path(upload, name), name };
  });
}

/** @throws FILE_NOT_FOUND, DATA_EMPTY */
export async function refuseEmpty(files: readonly GivenFile[]): Promise<void> {
  for (const { path, name } of files) {
    const found = await stat(path).catch(() => null);
    if (found === null || !(found.isFile() || found.isDirectory()))
      throw new BitlabError('FILE_NOT_FOUND', { file: path });
    if (found.isFile() && found.size === 0) throw new BitlabError('DATA_EMPTY', { file: name });
  }
}

/** Uploads were imported, or never will be. */
export async function removeUploads(context: Context, source: DatasetSource): Promise<void> {
  if ('upload' in source) await context.uploads.remove(source.upload);
  if ('uploads' in source) for (const { upload } of source.uploads) await context.uploads.remove(upload);
}

async function refuseBySize(path: string, fileName: string, limits: FileLimits): Promise<void> {
  const found = await stat(path).catch(() => null);
  // Folders, devices and pipes: what is no plain file has no end that could be waited for.
  if (found === null || !found.isFile()) throw new BitlabError('FILE_NOT_FOUND', { file: path });
  if (found.size === 0) throw new BitlabError(limits.emptyCode, { file: fileName });
  if (found.size > limits.limitBytes) {
    throw new BitlabError(limits.tooLargeCode, {
      file: fileName,
      bytes: found.size,
      limit: limits.limitBytes
    });
  }
}

async function received(context: Context, path: string, fileName: string): Promise<ReceivedFile> {
  try {
    return await context.notebook.blobs.receive(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT')
      throw new BitlabError('FILE_NOT_FOUND', { file: path }, { cause });
    throw new BitlabError(
      'NOTEBOOK_FOLDER',
      {
        folder: context.notebook.folder,
        reason: `${fileName} cannot be stored, ${(cause as Error).message}`
      },
      { cause }
    );
  }
}

/** A name for what a file holds: the file's, without its last extension. */
export function nameFromFile(fileName: string): string {
  const name = fileName.replace(/\.[^.]*$/, '').trim();
  return (name === '' ? fileName : name).slice(0, 120);
}
