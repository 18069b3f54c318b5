import { Worker } from 'node:worker_threads';

/** What one case may take of the processor, and of memory. */
const limitSeconds = 5;
const limitBytes = 2 ** 30;
/** What one case may take by the clock, on a machine that has other work, or where another process does it. */
const limitWaitingSeconds = 60;

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
  const busySeconds = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
  let what = '', seen = 0, busyBefore = 0;
  parentPort.on('message', (next) => { what = next; });
  setInterval(() => {
    const began = clock[0];
    if (began !== seen) { seen = began; busyBefore = busySeconds(); return; }
    if (began === 0) return;
    const busy = busySeconds() - busyBefore, waited = (Date.now() - began) / 1000;
    if (busy < ${limitSeconds} && waited < ${limitWaitingSeconds}) return;
    writeSync(2, 'A case takes too long (' + busy.toFixed(1) + ' s of work, ' + waited.toFixed(1) + ' s in all): ' + what + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 250);
`;

/** Runs cases under watch: none may work for more than 5 s, and the process may not grow by more than 1 GB. */
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
