import { Worker } from 'node:worker_threads';
import type { RunQueries } from './run-queries.ts';

type Method = keyof RunQueries;

export interface QueryRequest {
  readonly id: number;
  readonly method: Method;
  readonly query: unknown;
}

export type QueryAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the thread that queries runs. It is started by the first question, and does not keep the process alive. */
export class RunQueryClient {
  readonly #entry: string;
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  /**
   * @param entry path of run-query-thread.ts, or of what it was bundled to
   * @param file the notebook's database
   */
  constructor(entry: string, file: string) {
    this.#entry = entry;
    this.#file = file;
  }

  ask<M extends Method>(method: M, query: Parameters<RunQueries[M]>[0]): Promise<ReturnType<RunQueries[M]>> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, method, query } satisfies QueryRequest);
    });
  }

  /** Ends the thread. What was asked and not answered is refused. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, { workerData: { file: this.#file } });
    worker.on('message', (answer: QueryAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('value' in answer) waiting?.resolve(answer.value as never);
      else waiting?.reject(new Error(answer.problem));
    });
    worker.on('error', (error: Error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('The thread that queries runs ended.')));
    return worker;
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
