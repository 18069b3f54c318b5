/*
 * Takes the usual families through Bitlab at 8 bits and writes docs/zoo.md: npm run zoo [-- FOLDER [NAME ...]]
 * FOLDER holds what tools/zoo.py wrote; without it, or where it is empty, the program is run first, which needs torchvision.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type ZooModel } from './zoo/measure.ts';
import { zooDocument, type ZooRow } from './zoo/document.ts';

const root = join(import.meta.dirname, '..');
const [folder = join(tmpdir(), 'bitlab-zoo'), ...names] = process.argv.slice(2);
const list = join(folder, 'zoo.json');
/** Rows as they are found, so that a list that was broken off goes on where it stopped, and several programs can share it. */
const rowFile = (name: string) => join(folder, `${name}.row.json`);

if (!existsSync(list)) {
  const python = process.env.PYTHON ?? '/usr/bin/python3';
  const made = spawnSync(python, ['-W', 'ignore', join(root, 'tools/zoo.py'), folder], { stdio: 'inherit' });
  if (made.status !== 0) process.exit(made.status ?? 1);
}
const zoo = JSON.parse(await readFile(list, 'utf8')) as {
  torch: string;
  torchvision: string;
  models: ZooModel[];
};
const threads = availableParallelism();
for (const model of zoo.models) {
  if (names.length > 0 ? !names.includes(model.name) : existsSync(rowFile(model.name))) continue;
  const { inspected, floatSqnrDb, simulated, integer, seconds } = await measure(
    join(folder, `${model.name}.onnx`),
    model,
    threads
  );
  const row: ZooRow = {
    family: model.family,
    opset: inspected.opset,
    parameters: inspected.parameters,
    macs: inspected.macs,
    layers: inspected.layerCount,
    floatOperators: inspected.floatOperators,
    floatSqnrDb,
    simulatedSqnrDb: simulated.metrics['logitsSqnrDb']!,
    integerSqnrDb: integer.metrics['logitsSqnrDb']!,
    kernels: integer.versions.kernels,
    pictures: model.logits.length,
    seconds
  };
  await writeFile(rowFile(model.name), JSON.stringify(row));
  console.log(
    `${model.family}: float ${floatSqnrDb.toFixed(1)} dB, simulated ${row.simulatedSqnrDb.toFixed(1)} dB, integer ${row.integerSqnrDb.toFixed(1)} dB, ${seconds.toFixed(0)} s`
  );
}
const rows = zoo.models
  .filter(({ name }) => existsSync(rowFile(name)))
  .map(({ name }) => JSON.parse(readFileSync(rowFile(name), 'utf8')) as ZooRow);
const missing = zoo.models.filter(({ name }) => !existsSync(rowFile(name))).map(({ family }) => family);
await writeFile(join(root, 'docs/zoo.md'), zooDocument(rows, zoo, missing));
