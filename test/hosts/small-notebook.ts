import { readFile } from 'node:fs/promises';
import { BitlabError, usualSettings } from '../../src/contract/index.ts';
import type { BitlabEvent, FileSource, Handlers, Settings } from '../../src/contract/index.ts';

/** A handler table that really keeps settings and reads files, without a store: enough to test what carries it. */
export function smallNotebook(pathOf: (source: FileSource) => string): {
  handlers: Handlers;
  subscribe: (listener: (event: BitlabEvent) => void) => () => void;
  listeners: () => number;
} {
  const listeners = new Set<(event: BitlabEvent) => void>();
  let settings: Settings = usualSettings;
  const handlers: Partial<Handlers> = {
    'settings.get': async () => settings,
    'settings.set': async (change) => {
      settings = { ...settings, ...(change as Partial<Settings>) };
      for (const listener of listeners) listener({ type: 'changed', kind: 'settings' });
      return settings;
    },
    'experiments.format': async ({ file }) => ({ yaml: JSON.stringify(file) }),
    'models.import': async ({ source }) => {
      const text = await readFile(pathOf(source), 'utf8');
      throw new BitlabError('MODEL_NOT_ONNX', { file: 'a.onnx', reason: `it holds ${text.length} letters` });
    },
    'models.get': async ({ id }) => {
      throw new BitlabError('MODEL_NOT_FOUND', { name: id, suggestion: 'List them.' });
    },
    'models.list': async () => {
      throw new TypeError('a fault of the program');
    }
  };
  return {
    handlers: handlers as Handlers,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listeners: () => listeners.size
  };
}
