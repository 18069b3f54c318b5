import { rm } from 'node:fs/promises';
import { BitlabError, type Handlers, type Model } from '../../contract/index.ts';
import { timestamp, type Context } from './context.ts';
import { nameFromFile, withReceivedFile, type FileLimits } from './file-source.ts';
import { nameSuggestion } from './names.ts';

/** Protocol Buffers cannot say more than this in one message. */
const limits: FileLimits = {
  emptyCode: 'MODEL_EMPTY',
  tooLargeCode: 'MODEL_TOO_LARGE',
  limitBytes: 2 ** 31 - 1
};

type ModelHandlers = Pick<
  Handlers,
  'models.list' | 'models.get' | 'models.preview' | 'models.import' | 'models.update' | 'models.remove'
>;

export function modelHandlers(context: Context): ModelHandlers {
  const { notebook, computer } = context;
  const changed = () => context.emit({ type: 'changed', kind: 'models' });
  return {
    'models.list': async () => notebook.models.list(),

    'models.get': async ({ id }) => {
      requireModel(context, id);
      return notebook.models.details(id)!;
    },

    'models.preview': ({ source, output = null }) =>
      withReceivedFile(context, source, limits, async (file, fileName, folder) => {
        const { notes, outputs, ...facts } = await computer.inspectModel(file.path, fileName, {
          folder,
          output,
          writeTo: null
        });
        const { hash, bytes } = file;
        const same = notebook.models.list().filter((model) => model.hash === hash);
        return {
          ...facts,
          fileName,
          hash,
          bytes,
          suggestedName: nameFromFile(fileName),
          sameAs: same.map(({ name }) => name),
          outputs: [...outputs],
          notes: [...notes]
        };
      }),

    'models.import': async (input) => {
      const model = await importModel(context, input);
      changed();
      return model;
    },

    'models.update': async ({ id, name, tags }) => {
      requireModel(context, id);
      notebook.transaction(() => {
        if (name !== undefined) {
          requireFreeName(context, name, id);
          notebook.models.rename(id, name);
        }
        if (tags !== undefined) notebook.models.setTags(id, tags);
      });
      changed();
      return notebook.models.get(id)!;
    },

    'models.remove': async ({ id, toTrash }) => {
      const { name } = requireModel(context, id);
      const runs = notebook.models.runCount(id);
      if (runs > 0) throw new BitlabError('MODEL_IN_USE', { name, runs });
      notebook.transaction(() => notebook.trash.removeModel(id, timestamp(context), toTrash));
      await notebook.blobs.sweep();
      changed();
      return { done: true };
    }
  };
}

/**
 * Stores a model after the computing process has looked at it. The bytes are stored once, however many models have them. A model
 * with weights in other files, or with several outputs, is stored as one file with one output.
 * @throws MODEL_NAME_TAKEN, MODEL_*, and what withReceivedFile throws; then nothing is left behind
 */
export function importModel(
  context: Context,
  input: Parameters<Handlers['models.import']>[0]
): Promise<Model & { notes?: string[] }> {
  const { notebook, computer } = context;
  return withReceivedFile(context, input.source, limits, async (file, fileName, folder) => {
    const name = input.name ?? nameFromFile(fileName);
    requireFreeName(context, name);
    const writeTo = `${file.path}.one`;
    const origin = { folder, output: input.output ?? null, writeTo };
    let kept = file;
    try {
      const { rewritten, notes, ...facts } = await computer.inspectModel(file.path, fileName, origin);
      if (rewritten) kept = await notebook.blobs.receive(writeTo);
      const id = notebook.newIdentifier('model');
      const createdAt = timestamp(context);
      notebook.transaction(() => {
        requireFreeName(context, name);
        notebook.blobs.keep(kept, createdAt);
        const { hash, bytes } = kept;
        notebook.models.insert({ ...facts, id, name, hash, fileName, bytes, tags: input.tags, createdAt });
      });
      return { ...notebook.models.get(id)!, ...(notes.length === 0 ? {} : { notes: [...notes] }) };
    } finally {
      await rm(writeTo, { force: true });
      if (kept !== file) await kept.discard();
    }
  });
}

/** @throws MODEL_NOT_FOUND */
export function requireModel(context: Context, id: string): Model {
  const model = context.notebook.models.get(id);
  if (model !== null && !context.notebook.trash.has('models', id)) return model;
  const suggestion = nameSuggestion(id, context.notebook.models.names(), 'Import a model first.');
  throw new BitlabError('MODEL_NOT_FOUND', { name: id, suggestion });
}

function requireFreeName(context: Context, name: string, exceptId?: string): void {
  const other = context.notebook.models.byName(name);
  if (other !== null && other.id !== exceptId) throw new BitlabError('MODEL_NAME_TAKEN', { name });
}
