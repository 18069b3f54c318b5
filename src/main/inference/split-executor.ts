import {
  insertFakeQuantization,
  lowerToIntegers,
  splitAtLayers,
  writeModel,
  type GraphAnalysis,
  type Layer,
  type Model,
  type QuantizationPlan
} from '../graph/index.ts';
import type { CodeConversion } from '../kernels/code-conversion.ts';
import { inputElements } from '../kernels/layer-shape.ts';
import type { Quantizer } from '../quantization/quantizer.ts';
import { codesToValues, valuesToCodes, type IntegerSettings } from '../simulation/integer/index.ts';
import type { QuantizedNetwork } from './executable-network.ts';
import type { Executor } from './executor.ts';
import { networkLayer, quantizersOf, type NetworkLayer, type QuantizerOf } from './integer-layers.ts';
import { activationsFitBytes } from './integer-settings.ts';
import { samplesFirst } from './samples-first.ts';
import { openSession, type OutputTensor, type Session } from './session.ts';
import { exactWeightStorage, type WeightStorage } from './weight-storage.ts';

/** A tensor of a batch: its values as ONNX Runtime has them, and where it stands on a grid, its codes. */
interface Activation {
  readonly shape: readonly number[];
  values: OutputTensor | null;
  codes: Int16Array | null;
}

/** The samples of a batch, the number of its first among all, its lane, and what stops them. */
export interface BatchPlace {
  readonly samples: number;
  readonly first: number;
  /** Batches of different lanes are under way at the same time; in a lane one follows the other. */
  readonly lane: number;
  readonly signal: AbortSignal | undefined;
}

/** The tensors of a batch that are known so far, and the memory of its lane. */
interface Batch {
  readonly tensors: Map<string, Activation>;
  readonly memory: LaneMemory;
}

interface Step {
  run(batch: Batch, place: BatchPlace): Promise<void>;
  release(): Promise<void>;
}

/** Arrays by the names of tensors, kept from batch to batch: to get and to clear them anew would take longer than to fill them. */
class LaneMemory {
  readonly #values = new Map<string, Float32Array>();
  readonly #codes = new Map<string, Int16Array>();

  values(name: string, length: number): Float32Array {
    let values = this.#values.get(name);
    if (values === undefined || values.length < length) values = new Float32Array(length);
    this.#values.set(name, values);
    return values.length === length ? values : values.subarray(0, length);
  }

  codes(name: string, length: number): Int16Array {
    let codes = this.#codes.get(name);
    if (codes === undefined || codes.length < length) codes = new Int16Array(length);
    this.#codes.set(name, codes);
    return codes.length === length ? codes : codes.subarray(0, length);
  }
}

/** What passes through a layer in one batch; the arrays are overwritten by the next one. */
export interface LayerPass {
  /** (samples, ...input shape) */
  readonly input: Int16Array;
  /** Codes, or float values where the output is not quantized: (samples, ...output shape) */
  readonly output: Int16Array | Float32Array;
}

/** What computes one layer, batch by batch. */
export interface LayerComputation {
  /**
   * @param codes (samples, ...input shape), between the input's low and high
   * @returns codes, or float32 values where the output stays in float; overwritten by the next call of the same lane
   */
  execute(
    codes: Int16Array,
    place: BatchPlace
  ): Int16Array | Float32Array | Promise<Int16Array | Float32Array>;
  release(): void;
}

/** A network whose layers are computed on codes, and what lies between them in ONNX Runtime. */
export interface SplitExecutor extends Executor {
  /** In the network's order; layers that do not work on codes are not among them. */
  readonly layers: readonly NetworkLayer[];
}

export interface SplitOptions {
  /** For what ONNX Runtime computes between the layers. */
  readonly threads: number;
  /** Sees every layer's codes, batch by batch. */
  readonly onLayer?: (layer: NetworkLayer, pass: LayerPass) => void;
  /**
   * Into how many parts batches are cut that are under way at the same time, so that one is converted and passed through
   * ONNX Runtime while threads compute a layer of the other; 1 by default.
   */
  readonly lanes?: number;
}

/**
 * Splits a network at its layers: these are computed by what `compute` makes of them, and what lies between them in ONNX
 * Runtime, in its integer form where all activations are bytes, so that both halves of the network agree with its integer
 * graph.
 * @param conversion between the values that ONNX Runtime has and the codes of the layers
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where codes, products or tiles do not fit
 */
export async function splitExecutor(
  { model, analysis, plan }: Pick<QuantizedNetwork, 'model' | 'analysis' | 'plan'>,
  settings: IntegerSettings,
  conversion: CodeConversion,
  compute: (layer: NetworkLayer) => LayerComputation,
  { threads, onLayer = () => {}, lanes = 1 }: SplitOptions
): Promise<SplitExecutor> {
  const quantizerOf = quantizersOf(analysis, plan);
  const valuesOf = valuesIn(conversion, quantizerOf);
  // While one lane is in ONNX Runtime, the threads are busy with the other.
  const options = { threads: lanes > 1 ? 1 : threads };
  const storage = activationsFitBytes(plan) ? await exactWeightStorage() : null;
  const layers: NetworkLayer[] = [];
  const steps: Step[] = [];
  try {
    for (const segment of splitAtLayers(model, analysis)) {
      const layer =
        segment.kind === 'layer' ? networkLayer(model, segment, plan, quantizerOf, settings) : null;
      if (layer === null) {
        const part = quantizedPart(segment.model, analysis, plan, storage);
        steps.push(sessionStep(await openSession(writeModel(part), options), part, valuesOf));
        continue;
      }
      layers.push(layer);
      steps.push(layerStep(layer, compute(layer), conversion, onLayer));
    }
  } catch (error) {
    await Promise.all(steps.map((step) => step.release()));
    throw error;
  }
  const memories = Array.from({ length: lanes }, () => new LaneMemory());
  const inferLane = async (pictures: Float32Array, place: BatchPlace): Promise<Float32Array> => {
    const { name, shape } = analysis.input;
    const whole = [place.samples, ...shape];
    const values = { type: 'float32', shape: whole, data: pictures };
    const tensors = new Map<string, Activation>([[name, { shape: whole, values, codes: null }]]);
    const batch = { tensors, memory: memories[place.lane]! };
    for (const step of steps) {
      place.signal?.throwIfAborted();
      await step.run(batch, place);
    }
    return valuesOf(analysis.output.name, batch).data as Float32Array;
  };
  const infer: Executor['infer'] = (pictures, count, first = 0, signal) =>
    inLanes(pictures, { samples: count, first, signal }, lanes, inferLane);
  return {
    layers,
    infer: analysis.batch === 1 ? sampleBySample(infer) : infer,
    release: async () => void (await Promise.all(steps.map((step) => step.release())))
  };
}

/** Cuts a batch into lanes, and joins what comes out of them. It waits for every lane, also where one fails. */
async function inLanes(
  pictures: Float32Array,
  { samples, first, signal }: Omit<BatchPlace, 'lane'>,
  lanes: number,
  infer: (pictures: Float32Array, place: BatchPlace) => Promise<Float32Array>
): Promise<Float32Array> {
  const perLane = Math.ceil(samples / lanes);
  if (perLane === samples) return infer(pictures, { samples, first, signal, lane: 0 });
  const ofSample = pictures.length / samples;
  const outcomes = await Promise.allSettled(
    Array.from({ length: Math.ceil(samples / perLane) }, (_, lane) => {
      const start = lane * perLane;
      const end = Math.min(start + perLane, samples);
      const place = { samples: end - start, first: first + start, signal, lane };
      return infer(pictures.subarray(start * ofSample, end * ofSample), place);
    })
  );
  return joined(
    outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    })
  );
}

/** For a network that takes one sample at a time. */
function sampleBySample(infer: Executor['infer']): Executor['infer'] {
  return async (pictures, count, first = 0, signal) => {
    const size = pictures.length / count;
    const all: Float32Array[] = [];
    for (let i = 0; i < count; i++) {
      const logits = await infer(pictures.subarray(i * size, (i + 1) * size), 1, first + i, signal);
      all.push(logits.slice());
    }
    return joined(all);
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const part of parts) {
    whole.set(part, next);
    next += part.length;
  }
  return whole;
}

function layerStep(
  layer: NetworkLayer,
  computation: LayerComputation,
  conversion: CodeConversion,
  onLayer: (layer: NetworkLayer, pass: LayerPass) => void
): Step {
  const entering = shiftedTo(layer);
  return {
    async run({ tensors, memory }, place) {
      const activation = tensors.get(layer.layer.input)!;
      const input = enteringCodes(conversion, activation, memory, entering, layer);
      const output = await computation.execute(input, unitsOf(place, input, layer));
      const shape = outputShapeOf(layer.layer, activation.shape);
      const { positionsBefore } = layer.layer;
      onLayer(layer, {
        input: samplesFirst(input, positionsBefore, place.samples),
        output: samplesFirst(output, positionsBefore, place.samples)
      });
      tensors.set(
        layer.layer.fusedOutput,
        output instanceof Int16Array
          ? { shape, values: null, codes: output }
          : { shape, values: { type: 'float32', shape, data: output }, codes: null }
      );
    },
    release: async () => computation.release()
  };
}

/** A convolution takes pictures, of which a sample may have several. */
function unitsOf(place: BatchPlace, input: Int16Array, { integer }: NetworkLayer): BatchPlace {
  const units = input.length / inputElements(integer.shape);
  return { ...place, samples: units, first: (place.first * units) / place.samples };
}

/** The shape of a batch of outputs: a product changes the last axis only, wherever the samples lie. */
function outputShapeOf(layer: Layer, inputShape: readonly number[]): readonly number[] {
  if (layer.operator === 'Conv') return [inputShape[0]!, ...layer.outputShape];
  return [...inputShape.slice(0, -1), layer.weightShape[layer.weightAxis]!];
}

/** What lies between layers, with its quantizers: on bytes where they are stored as such, else in float. */
function quantizedPart(
  part: Model,
  analysis: GraphAnalysis,
  plan: QuantizationPlan,
  weightStorage: WeightStorage | null
): Model {
  const { inputs, nodes } = part.graph;
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const known = new Set([...inputs.map(({ name }) => name), ...made]);
  const own: GraphAnalysis = {
    ...analysis,
    layers: analysis.layers.filter((layer) => made.has(layer.output)),
    points: analysis.points.filter(({ tensor }) => known.has(tensor))
  };
  return weightStorage === null
    ? insertFakeQuantization(part, own, plan)
    : lowerToIntegers(part, own, plan, { weightStorage });
}

function sessionStep(session: Session, part: Model, valuesOf: ValuesOf): Step {
  const inputs = part.graph.inputs.map(({ name }) => name);
  return {
    async run(batch) {
      const feeds = inputs.map((name) => [name, valuesOf(name, batch)] as const);
      for (const [name, values] of await session.runAll(feeds)) {
        batch.tensors.set(name, { shape: values.shape, values, codes: null });
      }
    },
    release: () => session.release()
  };
}

/** The values of a tensor, made from its codes where it has only those. */
type ValuesOf = (name: string, batch: Batch) => OutputTensor;

function valuesIn(conversion: CodeConversion, quantizerOf: QuantizerOf): ValuesOf {
  return (name, { tensors, memory }) => {
    const tensor = tensors.get(name)!;
    if (tensor.values === null) {
      const data = memory.values(name, tensor.codes!.length);
      codesToValues(conversion, tensor.codes!, quantizerOf(name)!, data);
      tensor.values = { type: 'float32', shape: tensor.shape, data };
    }
    return tensor.values;
  };
}

/** What enters a layer as its kernel expects it: avx2-pairs needs unsigned codes, so that signed ones are shifted. */
function shiftedTo({ input, integer }: NetworkLayer): Quantizer {
  const { zeroPoint, low, high } = integer.input;
  return { ...input, zeroPoint: Int32Array.of(zeroPoint), low, high };
}

function enteringCodes(
  conversion: CodeConversion,
  tensor: Activation,
  memory: LaneMemory,
  entering: Quantizer,
  { layer, input }: NetworkLayer
): Int16Array {
  if (tensor.codes === null) {
    const values = tensor.values!.data as Float32Array;
    tensor.codes = memory.codes(layer.input, values.length);
    valuesToCodes(conversion, values, input, tensor.codes);
  }
  const shift = entering.low - input.low;
  return shift === 0 ? tensor.codes : tensor.codes.map((code) => code + shift);
}
