import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BitlabError, type Handlers, type Run } from '../../contract/index.ts';
import { zipBytes } from '../datasets/index.ts';
import type { BundleFile, RunJob } from './computer.ts';
import type { Context } from './context.ts';
import type { ExperimentQueue } from './experiment-queue.ts';
import { runJob, threadCount } from './run-job.ts';
import { requireRun } from './runs.ts';

/** What finished runs are in whole numbers: computed when it is asked for, not stored. */
export function integerHandlers(
  context: Context,
  queue: ExperimentQueue
): Pick<Handlers, 'runs.codeMaps' | 'runs.divergence' | 'runs.identity' | 'runs.integers' | 'runs.onnx'> {
  const { computer, resources } = context;
  const jobOf = (id: string): { run: Run; job: RunJob } => {
    const run = requireRun(context.notebook, id);
    if (run.status !== 'finished') throw new BitlabError('RUN_NOT_FINISHED', { id, status: run.status });
    return { run, job: runJob(context, context.notebook.runs.get(id)!, threadCount(context)) };
  };
  return {
    'runs.divergence': async ({ id, samples }) => {
      const { job } = jobOf(id);
      if (job.configuration.arithmetic === 'accelerator') throw new BitlabError('RUN_ON_ACCELERATOR', { id });
      return queue.exclusively(() => computer.divergence(job, samples));
    },

    'runs.identity': async ({ id, samples }) => {
      const { run, job } = jobOf(id);
      const { arithmetic } = run.configuration;
      if (arithmetic !== 'accelerator') {
        throw new BitlabError('CONFIGURATION_CONFLICT', {
          reason: `The run ${id} is of arithmetic ${arithmetic}, which has no hardware`,
          advice: 'Choose a run of arithmetic accelerator.'
        });
      }
      return queue.exclusively(() => computer.identity(job, samples));
    },

    'runs.codeMaps': async ({ id, sample }) => {
      const { run, job } = jobOf(id);
      const { samples } = run;
      if (sample >= samples)
        throw new BitlabError('SAMPLE_NOT_FOUND', { id, samples, sample, last: samples - 1 });
      return queue.exclusively(() => computer.codeMaps(job, sample));
    },

    'runs.integers': async ({ id, samples, zipped }) => {
      const { run, job } = jobOf(id);
      const name = `${fileName(run)}-integers`;
      const computed = await queue.exclusively(() => computer.integers(job, samples));
      const check = await readFile(join(resources, 'integers/check.py'));
      const files = [...computed, { path: 'check.py', bytes: check }];
      if (!zipped) return { name, files: files.map(inBase64) };
      const entries = files.map(({ path, bytes }) => [`${name}/${path}`, bytes] as const);
      return { name, files: [inBase64({ path: `${name}.zip`, bytes: zipBytes(entries, true) })] };
    },

    'runs.onnx': async ({ id }) => {
      const { run, job } = jobOf(id);
      const bytes = await queue.exclusively(() => computer.quantizedOnnx(job));
      return inBase64({ path: `${fileName(run)}.onnx`, bytes });
    }
  };
}

/** Model and bits, as far as they may stand in the name of a file. */
function fileName({ model, configuration: { weights, activations } }: Run): string {
  const words = model.match(/[\p{L}\p{N}_.-]+/gu) ?? ['run'];
  return `${words.join('-')}-w${weights.bits}a${activations.bits}`;
}

const inBase64 = ({ path, bytes }: BundleFile) => ({ path, base64: Buffer.from(bytes).toString('base64') });
