import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BitlabError } from '../../contract/index.ts';
import {
  analyzeGraph,
  checkSupported,
  foldBatchNormalization,
  constantPart,
  hasUnusualLayers,
  raiseOpset,
  readModel,
  simplify,
  withConstants,
  withUsualLayers,
  writeModel,
  type ExternalData,
  type GraphAnalysis,
  type Model
} from '../graph/index.ts';
import { observeModel, observeRanks } from './observed-model.ts';
import { openSession } from './session.ts';

/** A model as it was read, and as it is computed: simplified, with its batch norms folded, and analysed. */
export interface PreparedModel {
  readonly original: Model;
  readonly model: Model;
  readonly analysis: GraphAnalysis;
}

/** The largest model file that is read. protobuf itself ends at 2 GiB. */
const largestModelBytes = 2 ** 31 - 1;

/**
 * Reads a model file.
 * @param hash its SHA-256 where it is known; a file that does not match is refused
 * @param external reads the files beside it, where it was imported from a folder
 */
export async function readModelFile(
  path: string,
  fileName: string,
  hash: string | null,
  external: ExternalData | null = null
): Promise<Model> {
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
  return readModel(bytes, fileName, external);
}

/**
 * Brings a model into the form that is computed: simplified, for opset 13 or later, its layers in their usual forms, its batch
 * norms folded, for any batch where that is possible; and analyses it. Shapes come from runs of ONNX Runtime, which also
 * show that the model can be computed at all.
 * @throws BitlabError MODEL_*
 */
export async function prepareModel(original: Model): Promise<PreparedModel> {
  const simple = simplify(original);
  // Before ONNX Runtime sees it, so that what cannot be handled is refused in Bitlab's words.
  checkSupported(simple);
  const raised = await foldedConstants(raiseOpset(simple));
  const ranks = hasUnusualLayers(raised) ? await observeRanks(raised) : new Map<string, number>();
  const usual = withUsualLayers(raised, (tensor) => ranks.get(tensor));
  const { model, shapes, places, batch } = await observeModel(foldBatchNormalization(usual));
  return { original, model, analysis: analyzeGraph(model, shapes, { places, batch }) };
}

/** Computes once what does not depend on the input, so that weights which the graph transposes are weights. */
async function foldedConstants(model: Model): Promise<Model> {
  const part = constantPart(model);
  if (part === null) return model;
  const session = await openSession(writeModel(part), { threads: 1, optimization: 'disabled' });
  try {
    const values = await session.runAll([]);
    return withConstants(
      model,
      Array.from(values, ([name, { shape, data }]) => [name, { shape, data: data as Float32Array }] as const)
    );
  } finally {
    await session.release();
  }
}
