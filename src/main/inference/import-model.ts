import { writeFile } from 'node:fs/promises';
import { BitlabError } from '../../contract/index.ts';
import { withOnlyOutput, writeModel, type ExternalData, type Model } from '../graph/index.ts';
import { filesBeside } from './files-beside-model.ts';
import { readModelFile } from './prepared-model.ts';

/** What an import knows besides the file itself. */
export interface ModelOrigin {
  /** The folder that the file came from, whose files may hold weights; null where the file came alone. */
  readonly folder: string | null;
  /** The output that the person chose; null for the first. */
  readonly output: string | null;
  /** Where to write the model as one file with one output, if it is not such a file already; null for nowhere. */
  readonly writeTo: string | null;
}

export interface ImportedFile {
  readonly model: Model;
  /** Whether a file was written to `writeTo`, which is to be kept in the place of the original. */
  readonly rewritten: boolean;
  /** Names of the file's outputs. */
  readonly outputs: readonly string[];
  /** What was decided, in sentences. */
  readonly notes: readonly string[];
}

/** protobuf cannot say more in one message. */
const largestModelBytes = 2 ** 31 - 1;

/**
 * Reads a model that someone brings: weights from the files beside it, and of several outputs one.
 * @throws MODEL_*; MODEL_OUTPUT_NOT_FOUND
 */
export async function importModelFile(
  path: string,
  fileName: string,
  { folder, output, writeTo }: ModelOrigin
): Promise<ImportedFile> {
  const used = new Set<string>();
  const whole = await readModelFile(
    path,
    fileName,
    null,
    folder === null ? null : noting(filesBeside(folder, fileName), used)
  );
  const names = whole.graph.outputs.map(({ name }) => name);
  const chosen = output ?? names[0]!;
  if (!names.includes(chosen))
    throw new BitlabError('MODEL_OUTPUT_NOT_FOUND', { output: chosen, outputs: names.join(', ') });
  const model = names.length === 1 ? whole : withOnlyOutput(whole, chosen);
  const notes = [];
  if (names.length > 1) {
    const others = names.filter((name) => name !== chosen).join(', ');
    notes.push(`Of its outputs ${chosen} is used; ${others} ${names.length === 2 ? 'is' : 'are'} left out.`);
  }
  if (used.size > 0)
    notes.push(`Its weights came from ${[...used].join(', ')}; the notebook keeps one file.`);
  const rewritten = notes.length > 0 && writeTo !== null;
  if (rewritten) await writeFile(writeTo, bytesOf(model, fileName));
  return { model, rewritten, outputs: names, notes };
}

function bytesOf(model: Model, file: string): Uint8Array {
  const constants = [...model.graph.initializers.values()];
  const bytes = constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > largestModelBytes)
    throw new BitlabError('MODEL_TOO_LARGE', { file, bytes, limit: largestModelBytes });
  return writeModel(model);
}

function noting(files: ExternalData, used: Set<string>): ExternalData {
  return {
    read(location, offset, length) {
      used.add(location);
      return files.read(location, offset, length);
    }
  };
}
