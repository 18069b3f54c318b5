import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import type { ExternalData } from '../graph/index.ts';

/** What all tensors may take together: a model that is stored as one file can hold no more. */
const mostBytes = 2 ** 31 - 1;

/**
 * The files with weights in a model's folder and below. What a model names is not trusted: absolute paths, `..`, and links that lead
 * out of the folder are refused.
 * @param folder of the model's file @param fileName of the model, for errors
 */
export function filesBeside(folder: string, fileName: string): ExternalData {
  let total = 0;
  return {
    read(location, offset, length) {
      total += length;
      if (total > mostBytes)
        throw new BitlabError('MODEL_TOO_LARGE', { file: fileName, bytes: total, limit: mostBytes });
      const path = pathInside(folder, location);
      return path === null ? "it is not inside of the model's folder" : partOf(path, offset, length);
    }
  };
}

/** The real path of a file below a folder; null for a way out of it, the location itself where nothing is there. */
function pathInside(folder: string, location: string): string | null {
  const parts = location.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '..' && !/[\\:\0]/.test(part));
  if (!isPlain) return null;
  const path = join(folder, ...parts);
  try {
    const real = realpathSync(path);
    const root = realpathSync(folder);
    return real.startsWith(root.endsWith(sep) ? root : root + sep) ? real : null;
  } catch {
    return path;
  }
}

function partOf(path: string, offset: number, length: number): ArrayBuffer | string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return "it is not in the model's folder, or not readable";
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return 'it is no file';
    if (offset + length > found.size)
      return `it has ${found.size} bytes, and ${length} are to be read from byte ${offset} on`;
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const read = readSync(file, bytes, done, length - done, offset + done);
      if (read === 0) return 'it became shorter while it was read';
      done += read;
    }
    return bytes.buffer;
  } finally {
    closeSync(file);
  }
}
