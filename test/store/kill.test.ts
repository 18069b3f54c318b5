import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openNotebook } from '../../src/main/store/index.ts';
import { addDataset, addModel, clock, migrations, temporaryFolder } from './notebook-fixture.ts';

test('a process killed in mid-transaction leaves an intact notebook with all that was committed', async () => {
  const folder = temporaryFolder();
  const empty = openNotebook(folder, { migrations, clock });
  await addModel(empty, 'model');
  await addDataset(empty, 'data');
  empty.close();

  let committed = 0;
  for (const delay of [0, 3, 7, 12, 20]) {
    const writer = spawn(
      process.execPath,
      [join(import.meta.dirname, 'writer-process.ts'), folder, resolve('migrations')],
      { stdio: ['ignore', 'pipe', 'inherit'] }
    );
    let said = '';
    const spoke = once(writer.stdout, 'data');
    writer.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await spoke;

    // While it lives, nobody else gets in.
    expect(() => openNotebook(folder, { migrations, clock })).toThrow(
      expect.objectContaining({ code: 'NOTEBOOK_IN_USE', details: { process: writer.pid, folder } })
    );
    await setTimeout(delay);
    const ended = once(writer, 'close');
    writer.kill('SIGKILL');
    await ended;
    committed += said.split('\n').length - 1;

    const notebook = openNotebook(folder, { migrations, clock });
    try {
      await notebook.blobs.sweep();
      expect((await notebook.verify()).problems).toEqual([]);
      const runs = notebook.runTable.list({});
      const finished = runs.filter((run) => run.status === 'finished');
      expect(finished.length).toBeGreaterThanOrEqual(committed);
      // The last commit may have come before its number was said; then it counts from now on.
      expect(finished.length).toBeLessThanOrEqual(committed + 1);
      committed = finished.length;
      for (const run of runs) {
        const done = run.status === 'finished';
        expect(Object.keys(run.metrics)).toHaveLength(done ? 200 : 0);
        expect(notebook.predictions.ofRun(run.id) !== null).toBe(done);
        if (!done) expect(run.status).toBe('interrupted');
      }
    } finally {
      notebook.close();
    }
  }
  expect(committed).toBeGreaterThanOrEqual(5);
});
