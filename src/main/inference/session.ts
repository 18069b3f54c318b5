import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { BitlabError } from '../../contract/index.ts';
import { ort } from './onnx-runtime.ts';

/** A tensor that ONNX Runtime returned, as plain data. */
export interface OutputTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: Tensor['data'];
}

/** An ONNX Runtime session. */
export interface Session {
  /** Of the first input, which is float32. @param data row-major values @param shape their shape, the batch dimension first @param fetches outputs to compute; all by default */
  run(
    data: Float32Array,
    shape: readonly number[],
    fetches?: readonly string[]
  ): Promise<ReadonlyMap<string, OutputTensor>>;
  /** Computes all outputs of a model with several inputs, or none, of whatever types. */
  runAll(
    inputs: Iterable<readonly [name: string, tensor: OutputTensor]>
  ): Promise<ReadonlyMap<string, OutputTensor>>;
  readonly outputNames: readonly string[];
  /** Frees the native memory; the session cannot be used afterwards. */
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside of an operator. */
  readonly threads: number;
  /** `basic` keeps every tensor's arithmetic as written; `all` lets ONNX Runtime fuse. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'all';
}

/**
 * Opens a model's bytes in ONNX Runtime on the processor.
 * @throws MODEL_OPERATOR_UNSUPPORTED for an operator that ONNX Runtime does not have, MODEL_INVALID with its reason
 */
export async function openSession(bytes: Uint8Array, options: SessionOptions): Promise<Session> {
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: options.optimization ?? 'all',
      // What goes wrong is thrown; nothing of it is printed as well.
      logSeverityLevel: 4,
      // Waiting threads sleep: spinning takes the cores from everything else on the machine.
      extra: { session: { intra_op: { allow_spinning: '0' } } }
    });
  } catch (error) {
    throw (
      unknownOperator(error) ??
      new BitlabError('MODEL_INVALID', { reason: reasonOf(error) }, { cause: error })
    );
  }
  const computed = async (feeds: Record<string, Tensor>, fetches?: readonly string[]) => {
    try {
      const results = fetches ? await session.run(feeds, fetches as string[]) : await session.run(feeds);
      return new Map(
        Object.entries(results).map(([name, tensor]) => [
          name,
          { type: tensor.type, shape: tensor.dims, data: tensor.data }
        ])
      );
    } catch (error) {
      throw new BitlabError('MODEL_INVALID', { reason: reasonOf(error) }, { cause: error });
    }
  };
  return {
    outputNames: session.outputNames,
    run: (data, shape, fetches) => {
      const input = session.inputNames[0]!;
      const one = (part: Float32Array, partShape: readonly number[]) =>
        computed({ [input]: new ort.Tensor('float32', part, partShape) }, fetches);
      return declaredBatch(session) === 1 ? oneByOne(data, shape, one) : one(data, shape);
    },
    runAll: (inputs) =>
      computed(
        Object.fromEntries(
          Array.from(inputs, ([name, { type, data, shape }]) => [
            name,
            new ort.Tensor(type as 'float32', data as Float32Array, shape)
          ])
        )
      ),
    release: () => session.release()
  };
}

/** The first extent of the input that the model takes, or null where it takes any. */
function declaredBatch(session: InferenceSession): number | null {
  const [input] = session.inputMetadata;
  const extent = input?.isTensor === true ? input.shape[0] : undefined;
  return typeof extent === 'number' && extent > 0 ? extent : null;
}

/** Computes samples one at a time, and joins what comes out along the first axis. */
async function oneByOne(
  data: Float32Array,
  [count = 1, ...sampleShape]: readonly number[],
  compute: (part: Float32Array, shape: readonly number[]) => Promise<ReadonlyMap<string, OutputTensor>>
): Promise<ReadonlyMap<string, OutputTensor>> {
  const size = data.length / count;
  const joined = new Map<string, OutputTensor>();
  for (let sample = 0; sample < count; sample++) {
    const results = await compute(data.subarray(sample * size, (sample + 1) * size), [1, ...sampleShape]);
    if (count === 1) return results;
    for (const [name, { type, shape, data: values }] of results) {
      const all =
        joined.get(name) ??
        ({
          type,
          shape: [count * (shape[0] ?? 1), ...shape.slice(1)],
          data: new (values.constructor as Float32ArrayConstructor)(values.length * count)
        } satisfies OutputTensor);
      (all.data as Float32Array).set(values as Float32Array, sample * values.length);
      joined.set(name, all);
    }
  }
  return joined;
}

/** The operator that ONNX Runtime says it does not know, or does not compute in this version or for these types; or null. */
function unknownOperator(error: unknown): BitlabError | null {
  const text = error instanceof Error ? error.message : String(error);
  const unknown = /In Node, \("([^"]*)", (\w+),.*No Op registered for/s.exec(text);
  const missing = /Could not find an implementation for (\w+)\(\d+\) node with name '([^']*)'/.exec(text);
  const [operator, node] = unknown !== null ? [unknown[2]!, unknown[1]!] : [missing?.[1], missing?.[2]];
  if (operator === undefined) return null;
  const advice = `ONNX Runtime ${onnxRuntimeVersion} has no such operator for this version of ONNX's operators and these types; export the model without it, or for opset 17.`;
  return new BitlabError(
    'MODEL_OPERATOR_UNSUPPORTED',
    { operator, node: node || 'without a name', advice },
    { cause: error }
  );
}

/** ONNX Runtime's message without its prefixes, the places in its sources, line breaks and the closing full stop. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/\s+/g, ' ')
    .replace(/^.*?(?:Error|failed):\s*/i, '')
    .replace(
      /^Non-zero status code returned while running (\w+) node\. Name:'([^']*)' Status Message: /,
      '$1 $2: '
    )
    .replace(/\.\s+(?=[A-Z])/g, '; ')
    .replace(/\/onnxruntime_src\/\S+ .*? was false[;.] /, '')
    .slice(0, 400)
    .replace(/[.\s]+$/, '');
}

/** The version of ONNX Runtime. */
export const onnxRuntimeVersion: string = ort.env.versions.node ?? ort.env.versions.common;
