import { BitlabError, type Dataset, type Handlers } from '../../contract/index.ts';
import type { DatasetFile } from './computer.ts';
import { timestamp, type Context } from './context.ts';
import { nameFromFile, withReceivedFile, type FileLimits } from './file-source.ts';
import { nameSuggestion } from './names.ts';

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

    'datasets.remove': async ({ id }) => {
      const { name } = requireDataset(context, id);
      const runs = notebook.datasets.runCount(id);
      if (runs > 0) throw new BitlabError('DATA_IN_USE', { name, runs });
      notebook.transaction(() => notebook.trash.removeDataset(id, timestamp(context)));
      await notebook.blobs.sweep();
      changed();
      return { done: true };
    },

    'datasets.pictures': async ({ id, samples }) => {
      const dataset = requireDataset(context, id);
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
 * Stores a data set after the computing process has read it.
 * @throws DATA_NAME_TAKEN, DATA_*, and what withReceivedFile throws; then nothing is left behind
 */
export function importDataset(
  context: Context,
  input: Parameters<Handlers['datasets.import']>[0]
): Promise<Dataset> {
  const { notebook, computer } = context;
  return withReceivedFile(context, input.source, limits, async (file, fileName) => {
    const name = input.name ?? nameFromFile(fileName);
    requireFreeName(context, name);
    const { preprocessing, classNames } = input;
    const inspected = await computer.inspectDataset(file.path, fileName, preprocessing, classNames);
    const id = notebook.newIdentifier('data');
    const createdAt = timestamp(context);
    notebook.transaction(() => {
      requireFreeName(context, name);
      notebook.blobs.keep(file, createdAt);
      const { hash, bytes } = file;
      notebook.datasets.insert({
        ...inspected,
        id,
        name,
        hash,
        fileName,
        bytes,
        preprocessing,
        classNames,
        createdAt
      });
    });
    return notebook.datasets.get(id)!;
  });
}

/** A stored data set as the computing process needs it. */
export function datasetFile(context: Context, dataset: Dataset): DatasetFile {
  const { name, hash, format, preprocessing } = dataset;
  return { name, path: context.notebook.blobs.path(hash), hash, format, preprocessing };
}

/** @throws DATA_NOT_FOUND */
export function requireDataset(context: Context, id: string): Dataset {
  const dataset = context.notebook.datasets.get(id);
  if (dataset !== null) return dataset;
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
