import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BitlabError, type FileSource } from '../../contract/index.ts';
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
 * Receives the file, lets `work` import it, and leaves nothing behind unless `work` kept it.
 * @throws FILE_NOT_ALLOWED, FILE_NOT_FOUND, UPLOAD_NOT_FOUND, the codes of `limits`, and what `work` throws
 */
export function withReceivedFile<T>(
  context: Context,
  source: FileSource,
  limits: FileLimits,
  work: (file: ReceivedFile, fileName: string) => Promise<T>
): Promise<T> {
  return withLocatedFile(context, source, limits, async (path, fileName) => {
    const file = await received(context, path, fileName);
    try {
      return await work(file, fileName);
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
    const { path, fileName } = located(context, source);
    await refuseBySize(path, fileName, limits);
    return await work(path, fileName);
  } finally {
    if ('upload' in source) await context.uploads.remove(source.upload);
  }
}

function located(context: Context, source: FileSource): { path: string; fileName: string } {
  if ('upload' in source) {
    // The browser's word for the file: only its last part is a name.
    const fileName = source.fileName.split(/[\\/]/).at(-1) || 'upload';
    return { path: context.uploads.path(source.upload, fileName), fileName };
  }
  if (!context.allowPath(source.path)) throw new BitlabError('FILE_NOT_ALLOWED', { file: source.path });
  return { path: source.path, fileName: basename(source.path) };
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
