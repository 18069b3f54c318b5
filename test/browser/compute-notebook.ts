import type { ExperimentFileInput } from '../../src/contract/index.ts';
import { openWithFork } from '../../src/main/hosts/open-with-fork.ts';
import type { Bitlab } from '../../src/main/hosts/open.ts';

/** The name of the file of the sample experiment in resources/experiments. */
export const sampleExperiment = 'which-loss';

/**
 * Makes a notebook with the samples in a folder, and computes experiments in it by the real runner.
 * @param experiments from the sample experiment's file, the files to compute one after another
 */
export async function computeNotebook(
  folder: string,
  experiments: (sample: ExperimentFileInput) => readonly ExperimentFileInput[],
  prepare: (bitlab: Bitlab) => Promise<void> = async () => {}
): Promise<void> {
  const bitlab = await openWithFork(folder, { samples: true });
  try {
    await prepare(bitlab);
    const { templates } = await bitlab.handlers['notebook.overview']({});
    const sample = templates.find(({ id }) => id === sampleExperiment)!;
    for (const file of experiments(sample.file)) await computed(bitlab, file);
  } finally {
    await bitlab.close();
  }
}

async function computed({ handlers, subscribe }: Bitlab, file: ExperimentFileInput): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const unsubscribe = subscribe((event) => {
    if (event.type === 'experiment-progress' && !['queued', 'running'].includes(event.status))
      ended.resolve();
  });
  const parsed = await handlers['experiments.parse']({ text: JSON.stringify(file), codebooks: {} });
  const { status } = await handlers['experiments.run']({ file: parsed.file! });
  if (status === 'queued' || status === 'running') await ended.promise;
  unsubscribe();
}
