// A process that writes finished runs into a notebook without end, for kill.test.ts. Says the number of each run when
// its transaction has been committed.
import { createHash } from 'node:crypto';
import { openNotebook, readMigrations } from '../../src/main/store/index.ts';

const [folder, migrationsFolder] = process.argv.slice(2) as [string, string];
const clock = () => new Date();
const notebook = openNotebook(folder, { migrations: readMigrations(migrationsFolder), clock });
const modelId = notebook.models.list()[0]!.id;
const datasetId = notebook.datasets.list()[0]!.id;

for (let number = 0; ; number++) {
  const configuration = JSON.stringify({ arithmetic: 'integer', seed: number, weights: { bits: 4 } });
  const hash = createHash('sha256').update(configuration).digest('hex');
  const id = notebook.newIdentifier('run');
  const at = clock().toISOString();
  notebook.transaction(() => {
    notebook.runs.insert({
      id,
      modelId,
      datasetId,
      samples: 3,
      calibrationDatasetId: null,
      calibrationSamples: 0,
      configuration,
      configurationHash: hash,
      reuseKey: hash,
      createdAt: at
    });
    notebook.runs.started(id, at);
  });
  const received = await notebook.predictions.receive(
    Float32Array.of(0, number, 0, number, 0, -number),
    Int32Array.of(1, 1, 0),
    Int32Array.of(1, 1, 1)
  );
  notebook.durably(() => {
    notebook.predictions.insert(id, received, at);
    const metrics = Array.from({ length: 200 }, (_, i) => [`metric${i}`, number + i] as const);
    notebook.metrics.insert(id, Object.fromEntries(metrics));
    notebook.runs.finished(id, at, 1);
  });
  process.stdout.write(`${number}\n`);
  for (const file of [received.logits, received.predicted, received.labels]) await file.discard();
}
