import { parentPort, workerData } from 'node:worker_threads';
import { connectToRead } from './connection.ts';
import { runQueries } from './run-queries.ts';
import type { QueryAnswer, QueryRequest } from './run-query-client.ts';

/*
 * The thread that answers queries about runs, with a connection of its own that only reads: a query over 100,000 runs takes
 * longer than the process that serves the window may stand still. See docs/decisions/0003-queries-in-a-thread.md.
 */

const queries = runQueries(connectToRead((workerData as { file: string }).file));
const port = parentPort!;

port.on('message', ({ id, method, query }: QueryRequest) => {
  let answer: QueryAnswer;
  try {
    const ask = queries[method] as (query: unknown) => unknown;
    answer = { id, value: ask(query) };
  } catch (thrown) {
    answer = { id, problem: (thrown as Error).message };
  }
  port.postMessage(answer);
});
