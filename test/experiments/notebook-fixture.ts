import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  ExperimentFile,
  methods,
  type BitlabEvent,
  type ExperimentFileInput,
  type MethodInput,
  type MethodName,
  type MethodOutput
} from '../../src/contract/index.ts';
import {
  createHandlers,
  ExperimentQueue,
  readPresets,
  type Computer,
  type Context
} from '../../src/main/experiments/index.ts';
import { openNotebook, type Notebook } from '../../src/main/store/index.ts';
import { migrations, temporaryFolder } from '../store/notebook-fixture.ts';
import { SmallComputer, type SmallData, type SmallModel } from './small-computer.ts';

export { temporaryFolder } from '../store/notebook-fixture.ts';

export interface Bench<C extends Computer = SmallComputer> {
  readonly context: Context;
  readonly notebook: Notebook;
  readonly computer: C;
  readonly queue: ExperimentQueue;
  readonly events: BitlabEvent[];
  /** Calls a method as a host does: input and output validated by the contract. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  /** Stops what computes and closes the notebook, as at the end of the program. */
  close(): Promise<void>;
}

/** The use cases on a real notebook, with a small computer. */
export function bench(
  options: { folder?: string; computer?: SmallComputer; uploads?: Context['uploads'] } = {}
): Bench {
  const folder = options.folder ?? temporaryFolder();
  const computer = options.computer ?? new SmallComputer();
  let milliseconds = Date.parse('2026-01-02T03:04:05.000Z');
  const clock = () => new Date(milliseconds++);
  const notebook = openNotebook(folder, { migrations, clock });
  const events: BitlabEvent[] = [];
  const context: Context = {
    notebook,
    computer,
    resources: resolve('resources'),
    presets: readPresets(resolve('resources/presets')),
    version: '0.1.0-test',
    uploads: options.uploads ?? {
      path: () => {
        throw new Error('no uploads here');
      },
      remove: async () => undefined
    },
    allowPath: (path) => !path.includes('forbidden'),
    emit: (event) => events.push(structuredClone(event)),
    clock
  };
  const queue = new ExperimentQueue(context);
  const handlers = createHandlers(context, queue);
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await queue.close();
    notebook.close();
  };
  onTestFinished(close);
  return {
    context,
    notebook,
    computer,
    queue,
    events,
    close,
    async call(method, input) {
      const parameters = methods[method].input.parse(input);
      const output = await (handlers[method] as (input: unknown) => Promise<unknown>)(parameters);
      // Strictly what the contract says: nothing missing, nothing that is not JSON.
      methods[method].output.parse(JSON.parse(JSON.stringify(output)));
      return output as never;
    }
  };
}

export function writeJson(name: string, value: unknown): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

/** Inputs between -1 and 1 from a fixed sequence, labelled by a fixed rule with some noise. */
export function smallData(samples: number, start = 0): SmallData {
  const value = (i: number) => Math.sin((i + start) * 12.9898) % 1;
  const x = Array.from({ length: samples }, (_, s) =>
    Array.from({ length: 4 }, (_unused, i) => value(s * 4 + i))
  );
  const y = x.map((row, s) => Number(row[0]! - row[1]! + 0.4 * value(s * 7 + 5) > 0));
  return { x, y };
}

export const smallModels: Record<string, SmallModel> = {
  'net-a': {
    weights: [
      [-0.52, 0.61, 0.04, 0.02],
      [0.55, -0.58, 0.03, -0.06]
    ]
  },
  'net-b': {
    weights: [
      [-0.11, 0.92, 0.21, -0.3],
      [0.83, -0.14, -0.22, 0.17]
    ]
  }
};

/** A bench with two models and two data sets. */
export async function preparedBench(options: Parameters<typeof bench>[0] = {}): Promise<Bench> {
  const prepared = bench(options);
  for (const [name, model] of Object.entries(smallModels)) {
    await prepared.call('models.import', { source: { path: writeJson(`${name}.onnx`, model) } });
  }
  await prepared.call('datasets.import', {
    source: { path: writeJson('shapes-test.npz', smallData(200)) },
    classNames: ['no', 'yes']
  });
  await prepared.call('datasets.import', {
    source: { path: writeJson('shapes-calib.npz', smallData(50, 1000)) }
  });
  return prepared;
}

export function experimentFile(changes: Partial<ExperimentFileInput> = {}): ExperimentFile {
  return ExperimentFile.parse({
    name: 'Few bits',
    models: ['net-a', 'net-b'],
    data: { evaluate: 'shapes-test', calibrate: 'shapes-calib', calibrationSamples: 20 },
    factors: { 'weights.bits': [8, 4, 2], 'activations.bits': [8, 4, 2] },
    zip: [['weights.bits', 'activations.bits']],
    ...changes
  });
}
