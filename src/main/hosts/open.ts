import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { BitlabEvent, Handlers } from '../../contract/index.ts';
import { createHandlers, ensureSamples, ExperimentQueue, readPresets } from '../experiments/index.ts';
import type { Context } from '../experiments/index.ts';
import { openNotebook, readMigrations } from '../store/index.ts';
import type { Notebook } from '../store/index.ts';
import {
  migrationsFolder,
  presetsFolder,
  programFolder,
  programVersion,
  queryThreadEntry
} from './program-folder.ts';
import type { RunnerProcess } from './runner/protocol.ts';
import { createRunner } from './runner/runner-client.ts';

/** How long the run that is being computed may take to stop. */
const stoppingMs = 3000;

export interface OpenOptions extends Pick<Context, 'uploads' | 'allowPath'> {
  readonly folder: string;
  /** Whether the sample models and data are put into a notebook that has not had them. */
  readonly samples: boolean;
  readonly startRunner: () => RunnerProcess;
}

/** An open notebook with everything that serves it. */
export interface Bitlab {
  readonly notebook: Notebook;
  readonly handlers: Handlers;
  /** Calls the listener for each event; returns the function that stops it. */
  readonly subscribe: (listener: (event: BitlabEvent) => void) => () => void;
  close(): Promise<void>;
}

/**
 * Opens the notebook in a folder, making it where it is not there, and connects the store, the computing process and the
 * use cases. The computing process is started when something is first asked of it.
 * @throws BitlabError NOTEBOOK_*
 */
export async function openBitlab(options: OpenOptions): Promise<Bitlab> {
  const clock = () => new Date();
  const migrations = readMigrations(migrationsFolder);
  const notebook = openNotebook(options.folder, { migrations, clock, queryThread: queryThreadEntry });
  const computer = createRunner(options.startRunner);
  const listeners = new Set<(event: BitlabEvent) => void>();
  const context: Context = {
    notebook,
    computer,
    resources: join(programFolder, 'resources'),
    presets: readPresets(presetsFolder),
    version: programVersion,
    uploads: options.uploads,
    allowPath: options.allowPath,
    emit: (event) => listeners.forEach((listener) => listener(event)),
    clock
  };
  const queue = new ExperimentQueue(context);
  const handlers = createHandlers(context, queue);
  const bitlab: Bitlab = {
    notebook,
    handlers,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      const stopped = queue.close();
      await Promise.race([stopped, setTimeout(stoppingMs, null, { ref: false })]);
      // Ends what did not stop by itself.
      await computer.close();
      await stopped;
      await notebook.runQueries.close();
      notebook.close();
    }
  };
  try {
    if (options.samples) await ensureSamples(context);
    return bitlab;
  } catch (error) {
    await bitlab.close();
    throw error;
  }
}
