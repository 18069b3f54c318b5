import { BitlabError } from '../../contract/index.ts';
import {
  tensorsToObserve,
  withBatchOfOne,
  withDynamicBatch,
  withFreeReshapes,
  withOutputs,
  writeModel,
  type Batching,
  type Model,
  type SamplePlace
} from '../graph/index.ts';
import { samplesFirst } from './samples-first.ts';
import { openSession, type OutputTensor } from './session.ts';

/** A model in a form that takes batches, or one sample at a time, and what computing it showed. */
export interface ObservedModel extends Batching {
  readonly model: Model;
  /** Tensor -> its shape for a batch of one. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** Values that one sample may have: three channels of 4,700 x 4,700 pixels. What says more than this lies, or would not fit. */
const largestSample = 2 ** 26;
/** Between a sample alone and the same one in a batch, relative to the largest logit: sums in another order differ by less. */
const tolerance = 1e-3;

/**
 * Computes a model on single samples and on two at once. The first of these forms is taken that computes for both what it
 * computes for each: the model with its first dimension left open; the same with the batch taken out of its Reshapes;
 * the model for one sample at a time.
 * @throws MODEL_INPUT_UNSUPPORTED where none does, MODEL_* where it cannot be computed at all
 */
export async function observeModel(model: Model): Promise<ObservedModel> {
  const shape = sampleInputShape(model);
  const batch = declaredBatch(model, shape);
  const open = withDynamicBatch(model);
  const refusals: unknown[] = [];
  for (const form of [open, withFreeReshapes(open, batch)]) {
    try {
      const observed = await observeBatches(form, shape);
      if (observed !== null) return observed;
    } catch (error) {
      if (error instanceof BitlabError && error.code !== 'MODEL_INVALID') throw error;
      refusals.push(error);
    }
  }
  return observeSingle(withBatchOfOne(model), shape, batch, refusals[0]);
}

/** The ranks of a model's tensors, from one run of the batch that it declares. */
export async function observeRanks(model: Model): Promise<ReadonlyMap<string, number>> {
  const shape = sampleInputShape(model);
  const batch = declaredBatch(model, shape);
  const results = await computed(model, tensorsToObserve(model), [[batch, ...shape.slice(1)]]);
  return new Map(Array.from(results[0]!, ([name, tensor]) => [name, tensor.shape.length]));
}

/** @returns null where two samples at once do not give what each gives alone */
async function observeBatches(model: Model, shape: readonly number[]): Promise<ObservedModel | null> {
  const [output] = model.graph.outputs;
  const pair = [2, ...shape.slice(1)];
  const [first, both] = await computed(model, tensorsToObserve(model), [shape, pair]);
  const [alone, together] = [first!.get(output!.name)!, both!.get(output!.name)!];
  if (together.shape[0] !== 2 || together.shape.slice(1).join() !== alone.shape.slice(1).join()) return null;
  const size = alone.data.length;
  const [second] = await computed(model, [], [shape], 1);
  const each = [alone, second!.get(output!.name)!];
  const agree = each.every(({ data }, i) =>
    areClose(data as Float32Array, (together.data as Float32Array).subarray(i * size, (i + 1) * size))
  );
  if (!agree) return null;
  const input = model.graph.inputs[0]!.name;
  const shapes = new Map(Array.from(first!, ([name, tensor]) => [name, tensor.shape]));
  const places = new Map<string, SamplePlace | null>();
  for (const [name, tensor] of both!) places.set(name, placeOfSamples(first!.get(name)!, tensor));
  return { model, shapes: shapes.set(input, shape), places, batch: 'any' };
}

/**
 * Where samples lie, by one alone and the same one with another behind it. An axis of (sample, position) grows as one of (position,
 * sample) does; they are told apart by where the values of the first sample are.
 */
function placeOfSamples(alone: OutputTensor, both: OutputTensor): SamplePlace | null {
  const axis = both.shape.findIndex((extent, i) => extent !== alone.shape[i]);
  if (axis < 0) return null;
  const outer = alone.shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
  const place = (before: number) => ({ axis, before });
  const inner = outer * alone.shape[axis]!;
  if (inner === outer || !(alone.data instanceof Float32Array)) return place(outer);
  const values = alone.data;
  const isAt = (before: number) => {
    const found = samplesFirst(both.data as Float32Array, before, 2).subarray(0, values.length);
    return areClose(values, found);
  };
  return place(!isAt(outer) && isAt(inner) ? inner : outer);
}

async function observeSingle(
  model: Model,
  shape: readonly number[],
  batch: number,
  cause: unknown
): Promise<ObservedModel> {
  const { name } = model.graph.inputs[0]!;
  const [results] = await computed(model, tensorsToObserve(model), [shape]).catch((error: unknown) => {
    if (batch === 1) throw cause ?? error;
    const reason = `a batch of ${batch} stands among its constants; export it with a batch of 1, or with a dynamic one`;
    throw new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: name, reason }, { cause: error });
  });
  const shapes = new Map(Array.from(results!, ([tensor, { shape: found }]) => [tensor, found]));
  const output = shapes.get(model.graph.outputs[0]!.name)!;
  if (output[0] !== 1 || output.length < 2) {
    const reason = `the output has the shape ${output.join(' x ') || 'of a number'} for one sample, without a dimension for the batch`;
    throw new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: name, reason });
  }
  return { model, shapes: shapes.set(name, shape), places: new Map(), batch: 1 };
}

/** Computes a model for one or more input shapes. @param first number of the first sample @returns the tensors and the outputs, for each shape */
async function computed(
  model: Model,
  tensors: readonly string[],
  inputShapes: readonly (readonly number[])[],
  first = 0
): Promise<ReadonlyMap<string, OutputTensor>[]> {
  const session = await openSession(writeModel(withOutputs(model, tensors)), {
    threads: 1,
    optimization: 'disabled'
  });
  try {
    const results = [];
    for (const shape of inputShapes) results.push(await session.run(samples(shape, first), shape));
    return results;
  } finally {
    await session.release();
  }
}

/** Values from -1 to 1, other ones for each sample. */
function samples(shape: readonly number[], first: number): Float32Array {
  const size = shape.slice(1).reduce((product, extent) => product * extent, 1);
  return Float32Array.from({ length: shape[0]! * size }, (_, i) => Math.sin((first * size + i) * 1.618));
}

function areClose(one: Float32Array, other: Float32Array): boolean {
  if (one.length !== other.length) return false;
  const largest = one.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);
  // What is not finite stays to be found by those who look for it.
  return one.every((value, i) => !(Math.abs(value - other[i]!) > tolerance * largest + 1e-6));
}

/** The batch that the model's input names, or 1. */
function declaredBatch(model: Model, shape: readonly number[]): number {
  const input = model.graph.inputs[0]!;
  const declared = input.type?.shape?.[0];
  const batch = typeof declared === 'number' && declared > 0 ? declared : 1;
  const values = shape.reduce((product, extent) => product * extent, batch);
  if (values <= largestSample) return batch;
  const reason = `a batch of ${batch} has ${values} values, and at most ${largestSample} can be computed`;
  throw new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: input.name, reason });
}

/** The input's shape with a batch of one. Symbolic extents other than the batch are refused. */
function sampleInputShape(model: Model): number[] {
  const input = model.graph.inputs[0];
  if (input === undefined) throw new BitlabError('MODEL_INVALID', { reason: 'it has no input' });
  const refused = (reason: string) =>
    new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: input.name, reason });
  const dimensions = input.type?.shape ?? [];
  if (dimensions.length < 2) throw refused('it has no batch dimension');
  const shape = dimensions.map((extent, axis) => {
    if (axis === 0) return 1;
    if (typeof extent === 'number' && extent > 0) return extent;
    throw refused(
      typeof extent === 'number'
        ? `its dimension ${axis} has the extent ${extent}`
        : `its dimension ${axis} has no fixed extent`
    );
  });
  const values = shape.reduce((product, extent) => product * extent, 1);
  if (values <= largestSample) return shape;
  throw refused(`one sample has ${values} values, and at most ${largestSample} can be computed`);
}
