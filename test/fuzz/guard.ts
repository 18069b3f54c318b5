import { Worker } from 'node:worker_threads';

/** What one case may take. */
const limitSeconds = 5;
const limitBytes = 2 ** 30;

/** Runs one case. Throws where it took too much memory; where it takes too long, the process ends and says which case it was. */
export type Watch = <T>(what: string, run: () => Promise<T>) => Promise<T>;

/**
 * A thread of its own looks at the clock, since a loop without an end lets nothing else run in its thread. It is told the
 * case before it begins, so that it can name it.
 */
const watchman = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const clock = new Float64Array(workerData.clock);
  let what = '';
  parentPort.on('message', (next) => { what = next; });
  setInterval(() => {
    const began = clock[0];
    if (began === 0 || Date.now() - began < ${limitSeconds * 1000}) return;
    // The message is in the queue, even where the case began within this interval.
    setImmediate(() => {
      if (clock[0] !== began) return;
      writeSync(2, 'A case takes more than ${limitSeconds} s: ' + what + '\\n');
      process.kill(process.pid, 'SIGKILL');
    });
  }, 250);
`;

/** Runs cases under watch: none may take more than 5 s, and the process may not grow by more than 1 GB. */
export async function guarded(work: (watch: Watch) => Promise<void>): Promise<void> {
  const clock = new SharedArrayBuffer(8);
  const began = new Float64Array(clock);
  const worker = new Worker(watchman, { eval: true, workerData: { clock } });
  const before = peakBytes();
  const watch: Watch = async (what, run) => {
    worker.postMessage(what);
    began[0] = Date.now();
    const result = await run().finally(() => (began[0] = 0));
    if (peakBytes() - before > limitBytes) throw new Error(`A case takes more than 1 GB: ${what}`);
    return result;
  };
  try {
    await work(watch);
  } finally {
    await worker.terminate();
  }
}

/** The most memory that this process has had so far. */
const peakBytes = () => process.resourceUsage().maxRSS * 1024;
