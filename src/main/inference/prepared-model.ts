import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BitlabError } from '../../contract/index.ts';
import {
  analyzeGraph,
  checkSupported,
  foldBatchNormalization,
  readModel,
  simplify,
  tensorsToObserve,
  withDynamicBatch,
  withOutputs,
  writeModel,
  type GraphAnalysis,
  type Model
} from '../graph/index.ts';
import { openSession } from './session.ts';

/** A model as it was read, and as it is computed: simplified, with its batch norms folded, and analysed. */
export interface PreparedModel {
  readonly original: Model;
  readonly model: Model;
  readonly analysis: GraphAnalysis;
}

/** The largest model file that is read. protobuf itself ends at 2 GiB. */
const largestModelBytes = 2 ** 31 - 1;

/** Values that one sample may have: three channels of 4,700 x 4,700 pixels. What says more than this lies, or would not fit. */
const largestSample = 2 ** 26;

/** Reads a model file. @param hash its SHA-256 where it is known; a file that does not match is refused. */
export async function readModelFile(path: string, fileName: string, hash: string | null): Promise<Model> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new BitlabError('MODEL_TOO_LARGE', {
        file: fileName,
        bytes: 'too many',
        limit: largestModelBytes
      });
    }
    throw new BitlabError(hash === null ? 'FILE_NOT_FOUND' : 'BLOB_MISSING', {
      file: fileName,
      hash: hash ?? ''
    });
  });
  if (hash !== null && createHash('sha256').update(bytes).digest('hex') !== hash) {
    throw new BitlabError('BLOB_MISSING', { hash });
  }
  return readModel(bytes, fileName);
}

/**
 * Simplifies, folds and analyses a model. Shapes come from one run of ONNX Runtime on a single sample of zeros, which also
 * shows that the model can be computed at all.
 */
export async function prepareModel(original: Model): Promise<PreparedModel> {
  const simple = simplify(original);
  // Before ONNX Runtime sees it, so that what cannot be handled is refused in Bitlab's words.
  checkSupported(simple);
  const model = foldBatchNormalization(withDynamicBatch(simple));
  const names = tensorsToObserve(model);
  const shape = sampleInputShape(model);
  const session = await openSession(writeModel(withOutputs(model, names)), {
    threads: 1,
    optimization: 'disabled'
  });
  try {
    const zeros = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    const results = await session.run(zeros, shape);
    const shapes = new Map([...results].map(([name, tensor]) => [name, tensor.shape]));
    shapes.set(model.graph.inputs[0]!.name, shape);
    return { original, model, analysis: analyzeGraph(model, shapes) };
  } finally {
    await session.release();
  }
}

/** The input's shape with a batch of one. Symbolic extents other than the batch are refused. */
function sampleInputShape(model: Model): number[] {
  const input = model.graph.inputs[0];
  if (input === undefined) throw new BitlabError('MODEL_INVALID', { reason: 'it has no input' });
  const dimensions = input.type?.shape ?? [];
  if (dimensions.length < 2) {
    throw new BitlabError('MODEL_INPUT_UNSUPPORTED', {
      input: input.name,
      reason: 'it has no batch dimension'
    });
  }
  const shape = dimensions.map((extent, axis) => {
    if (axis === 0) return 1;
    if (typeof extent === 'number' && extent > 0) return extent;
    throw new BitlabError('MODEL_INPUT_UNSUPPORTED', {
      input: input.name,
      reason: `its dimension ${axis} has no fixed extent`
    });
  });
  const values = shape.reduce((product, extent) => product * extent, 1);
  if (values <= largestSample) return shape;
  throw new BitlabError('MODEL_INPUT_UNSUPPORTED', {
    input: input.name,
    reason: `one sample has ${values} values, and at most ${largestSample} can be computed`
  });
}
