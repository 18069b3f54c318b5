import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '../../src/main/inference/run-job.ts';

const folder = join(import.meta.dirname, '../../resources/samples');
const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** A sample model as a run's job names it. */
export async function sampleModel(name: string) {
  const path = join(folder, `${name}.onnx`);
  return { name, path, hash: await hashOf(path) };
}

/** A sample data set as a run's job names it. */
export async function sampleDataset(name: 'test' | 'calib'): Promise<DatasetFile> {
  const path = join(folder, `${name}.npz`);
  const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };
  return { name: `shapes10-${name}`, path, hash: await hashOf(path), format: 'npz', preprocessing };
}
