import { BitlabError } from '../../../contract/index.ts';
import type { WireEntry } from './schema.ts';

/** Reads the files that a model keeps its weights in. */
export interface ExternalData {
  /**
   * @param location as the model gives it: untrusted
   * @returns exactly `length` bytes from `offset` on, in a buffer of their own, or why there are none: a clause, `it is ...`
   */
  read(location: string, offset: number, length: number): ArrayBuffer | string;
}

/** Where a model comes from. */
export interface ModelSource {
  /** Its file's name, for errors. */
  readonly file: string;
  /** Null where nothing but the model's own bytes is at hand. */
  readonly external: ExternalData | null;
}

/**
 * The bytes of a tensor that are in another file.
 * @param entries location, offset and length, as texts @param bytes that its shape needs
 * @throws MODEL_EXTERNAL_DATA
 */
export function externalBytes(
  entries: readonly WireEntry[],
  tensor: string,
  bytes: number,
  { external }: ModelSource
): ArrayBuffer {
  const value = (key: string) => entries.find((entry) => entry.key === key)?.value;
  const location = value('location') ?? '';
  const refuse = (reason: string): never => {
    throw new BitlabError('MODEL_EXTERNAL_DATA', { tensor, location: location || '(not named)', reason });
  };
  const [offset, length] = [
    wholeNumber(value('offset') ?? '0'),
    wholeNumber(value('length') ?? String(bytes))
  ];
  if (offset === null) return refuse(`its offset ${value('offset')} is no place in a file`);
  if (length !== bytes)
    return refuse(`${value('length')} bytes are to be read, and the shape needs ${bytes}`);
  if (external === null) return refuse('only the .onnx file is at hand');
  const found = external.read(location, offset, bytes);
  return typeof found === 'string' ? refuse(found) : found;
}

function wholeNumber(text: string): number | null {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}
