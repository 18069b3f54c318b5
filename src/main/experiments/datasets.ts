import { join } from 'node:path';
import { BitlabError, type Dataset, type DatasetDetails, type Handlers } from '../../contract/index.ts';
import type { ReceivedFile } from '../store/index.ts';
import type { DatasetFile, GivenFile } from './computer.ts';
import { timestamp, type Context } from './context.ts';
import {
  givenFiles,
  nameFromFile,
  refuseEmpty,
  removeUploads,
  withCopiedFile,
  type FileLimits
} from './file-source.ts';
import { nameSuggestion } from './names.ts';
import { readSettings } from './settings.ts';

/** What is larger than this is not copied into a notebook by mistake. */
const limits: FileLimits = {
  emptyCode: 'DATA_EMPTY',
  tooLargeCode: 'DATA_TOO_LARGE',
  limitBytes: 2 ** 36
};

type DatasetHandlers = Pick<
  Handlers,
  | 'datasets.list'
  | 'datasets.get'
  | 'datasets.import'
  | 'datasets.inspect'
  | 'datasets.update'
  | 'datasets.remove'
  | 'datasets.pictures'
>;

export function datasetHandlers(context: Context): DatasetHandlers {
  const { notebook, computer } = context;
  const changed = () => context.emit({ type: 'changed', kind: 'datasets' });
  return {
    'datasets.list': async () => notebook.datasets.list(),

    'datasets.get': async ({ id }) => {
      requireDataset(context, id);
      return notebook.datasets.details(id)!;
    },

    'datasets.import': async (input) => {
      const dataset = await importDataset(context, input);
      changed();
      return dataset;
    },

    'datasets.inspect': async ({ source, ...request }) => {
      const files = givenFiles(context, source);
      await refuseEmpty(files);
      return computer.previewDataset({ ...request, files });
    },

    'datasets.update': async ({ id, name, classNames }) => {
      requireDataset(context, id);
      const { classCounts } = notebook.datasets.details(id)!;
      notebook.transaction(() => {
        if (name !== undefined) {
          requireFreeName(context, name, id);
          notebook.datasets.rename(id, name);
        }
        if (classNames !== undefined) {
          const used = classCounts.findLastIndex((count) => count > 0) + 1;
          requireEnoughNames(classNames, used);
          notebook.datasets.setClassNames(id, classNames, classNames.length || used);
        }
      });
      changed();
      return notebook.datasets.get(id)!;
    },

    'datasets.remove': async ({ id, toTrash }) => {
      const { name } = requireDataset(context, id);
      const runs = notebook.datasets.runCount(id);
      if (runs > 0) throw new BitlabError('DATA_IN_USE', { name, runs });
      notebook.transaction(() => notebook.trash.removeDataset(id, timestamp(context), toTrash));
      await notebook.blobs.sweep();
      changed();
      return { done: true };
    },

    'datasets.pictures': async ({ id, samples }) => {
      // Runs in the trash are looked at with the pictures of data that went there with them.
      const dataset = requireDataset(context, id, true);
      const beyond = samples.find((sample) => sample >= dataset.samples);
      if (beyond !== undefined) {
        const reason = `${dataset.name} has ${dataset.samples} samples and sample ${beyond} was asked for`;
        throw new BitlabError('REQUEST_INVALID', { method: 'datasets.pictures', reason });
      }
      return computer.pictures(datasetFile(context, dataset), samples);
    }
  };
}

/**
 * Stores a data set after the computing process has read it: an .npz archive as it is, all else as one file that is written there.
 * @throws DATA_NAME_TAKEN, DATA_*, and what withCopiedFile throws; then nothing is left behind
 */
export async function importDataset(
  context: Context,
  input: Parameters<Handlers['datasets.import']>[0]
): Promise<DatasetDetails> {
  const { source } = input;
  try {
    const given = givenFiles(context, source);
    const [only] = given;
    if (given.length === 1 && only!.name.toLowerCase().endsWith('.npz'))
      return await withCopiedFile(context, only!, limits, (file) =>
        importFiles(context, input, [{ path: file.path, name: only!.name }], file)
      );
    await refuseEmpty(given);
    return await importFiles(context, input, given, null);
  } finally {
    await removeUploads(context, source);
  }
}

/** @param file what is stored as it is; null where the computing process writes what is stored */
async function importFiles(
  context: Context,
  input: Parameters<Handlers['datasets.import']>[0],
  files: readonly GivenFile[],
  file: ReceivedFile | null
): Promise<DatasetDetails> {
  const { notebook, computer } = context;
  const fileName = namesOf(files);
  const name = input.name ?? nameFromFile(files[0]!.name.split('/')[0]!);
  requireFreeName(context, name);
  const { preprocessing, format, labels } = input;
  const request = { files, format, labels, preprocessing, classNames: input.classNames };
  const reserved = await notebook.blobs.reserve();
  let written = reserved.received('', 0);
  try {
    const onProgress = (fraction: number) => context.emit({ type: 'import-progress', fileName, fraction });
    const { container, ...inspected } = await computer.packDataset(request, reserved.path, onProgress);
    if (container !== null) written = reserved.received(container.hash, container.bytes);
    const stored = container === null ? file! : written;
    const id = notebook.newIdentifier('data');
    const createdAt = timestamp(context);
    notebook.transaction(() => {
      requireFreeName(context, name);
      notebook.blobs.keep(stored, createdAt);
      const { hash, bytes } = stored;
      notebook.datasets.insert({ ...inspected, id, name, hash, fileName, bytes, preprocessing, createdAt });
    });
    return notebook.datasets.details(id)!;
  } finally {
    await written.discard();
  }
}

/** What files are called together: three names at most, or the folder that they share. */
function namesOf(files: readonly GivenFile[]): string {
  const [first] = files;
  const folder = first!.name.split('/')[0]!;
  const shared = files.every(({ name }) => name.startsWith(`${folder}/`));
  if (files.length > 3) return `${(shared ? folder : first!.name).slice(0, 200)} (${files.length} files)`;
  return files
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 255);
}

/** A stored data set as the computing process needs it. */
export function datasetFile(context: Context, dataset: Dataset): DatasetFile {
  const { name, hash, format, preprocessing } = dataset;
  const { notebook } = context;
  const limitBytes = readSettings(context).pictureCacheGigabytes * 1e9;
  return {
    name,
    path: notebook.blobs.path(hash),
    hash,
    format,
    preprocessing,
    ...(limitBytes > 0 ? { cache: { folder: join(notebook.folder, 'cache'), limitBytes } } : {})
  };
}

/** @throws DATA_NOT_FOUND */
export function requireDataset(context: Context, id: string, orTrashed = false): Dataset {
  const dataset = context.notebook.datasets.get(id);
  if (dataset !== null && (orTrashed || !context.notebook.trash.has('datasets', id))) return dataset;
  const suggestion = nameSuggestion(id, context.notebook.datasets.names(), 'Import a data set first.');
  throw new BitlabError('DATA_NOT_FOUND', { name: id, suggestion });
}

function requireFreeName(context: Context, name: string, exceptId?: string): void {
  const other = context.notebook.datasets.byName(name);
  if (other !== null && other.id !== exceptId) throw new BitlabError('DATA_NAME_TAKEN', { name });
}

function requireEnoughNames(classNames: readonly string[], used: number): void {
  if (classNames.length === 0 || classNames.length >= used) return;
  throw new BitlabError('CONFIGURATION_INVALID', {
    path: 'classNames',
    value: `a list of ${classNames.length}`,
    reason: `the labels go up to ${used - 1}`,
    suggestion: `Give ${used} class names or more, or none.`
  });
}
