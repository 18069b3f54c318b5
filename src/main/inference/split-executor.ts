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

/** The samples of a batch, the number of its first among all, and what stops them. */
export interface BatchPlace {
  readonly samples: number;
  readonly first: number;
  readonly signal: AbortSignal | undefined;
}

interface Step {
  run(tensors: Map<string, Activation>, place: BatchPlace): Promise<void>;
  release(): Promise<void>;
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
   * @returns codes, or float32 values where the output stays in float; overwritten by the next call
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
}

/**
 * Splits a network at its layers: these are computed by what `compute` makes of them, and what lies between them in ONNX
 * Runtime, in its integer form where all activations are bytes, so that both halves of the network agree with its integer
 * graph.
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where codes, products or tiles do not fit
 */
export async function splitExecutor(
  { model, analysis, plan }: Pick<QuantizedNetwork, 'model' | 'analysis' | 'plan'>,
  settings: IntegerSettings,
  compute: (layer: NetworkLayer) => LayerComputation,
  { threads, onLayer = () => {} }: SplitOptions
): Promise<SplitExecutor> {
  const quantizerOf = quantizersOf(analysis, plan);
  const storage = activationsFitBytes(plan) ? await exactWeightStorage() : null;
  const layers: NetworkLayer[] = [];
  const steps: Step[] = [];
  try {
    for (const segment of splitAtLayers(model, analysis)) {
      const layer =
        segment.kind === 'layer' ? networkLayer(model, segment, plan, quantizerOf, settings) : null;
      if (layer === null) {
        const part = quantizedPart(segment.model, analysis, plan, storage);
        steps.push(sessionStep(await openSession(writeModel(part), { threads }), part, quantizerOf));
        continue;
      }
      layers.push(layer);
      steps.push(layerStep(layer, compute(layer), onLayer));
    }
  } catch (error) {
    await Promise.all(steps.map((step) => step.release()));
    throw error;
  }
  const infer: Executor['infer'] = async (pictures, count, first = 0, signal) => {
    const { name, shape } = analysis.input;
    const tensors = new Map<string, Activation>();
    const whole = [count, ...shape];
    const values = { type: 'float32', shape: whole, data: pictures };
    tensors.set(name, { shape: whole, values, codes: null });
    for (const step of steps) {
      signal?.throwIfAborted();
      await step.run(tensors, { samples: count, first, signal });
    }
    const { name: output } = analysis.output;
    return valuesOf(tensors.get(output)!, quantizerOf(output)).data as Float32Array;
  };
  return {
    layers,
    infer: analysis.batch === 1 ? sampleBySample(infer) : infer,
    release: async () => void (await Promise.all(steps.map((step) => step.release())))
  };
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
    const joined = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
    all.forEach((logits, i) => joined.set(logits, i * logits.length));
    return joined;
  };
}

function layerStep(
  layer: NetworkLayer,
  computation: LayerComputation,
  onLayer: (layer: NetworkLayer, pass: LayerPass) => void
): Step {
  const entering = shiftedTo(layer);
  return {
    async run(tensors, place) {
      const activation = tensors.get(layer.layer.input)!;
      const input = enteringCodes(activation, entering, layer);
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

function sessionStep(session: Session, part: Model, quantizerOf: QuantizerOf): Step {
  const inputs = part.graph.inputs.map(({ name }) => name);
  return {
    async run(tensors) {
      const feeds = inputs.map((name) => [name, valuesOf(tensors.get(name)!, quantizerOf(name))] as const);
      for (const [name, values] of await session.runAll(feeds)) {
        tensors.set(name, { shape: values.shape, values, codes: null });
      }
    },
    release: () => session.release()
  };
}

function valuesOf(tensor: Activation, quantizer: Quantizer | null): OutputTensor {
  if (tensor.values === null) {
    const data = new Float32Array(tensor.codes!.length);
    codesToValues(tensor.codes!, quantizer!, data);
    tensor.values = { type: 'float32', shape: tensor.shape, data };
  }
  return tensor.values;
}

/** What enters a layer as its kernel expects it: avx2-pairs needs unsigned codes, so that signed ones are shifted. */
function shiftedTo({ input, integer }: NetworkLayer): Quantizer {
  const { zeroPoint, low, high } = integer.input;
  return { ...input, zeroPoint: Int32Array.of(zeroPoint), low, high };
}

function enteringCodes(tensor: Activation, entering: Quantizer, { input }: NetworkLayer): Int16Array {
  if (tensor.codes === null) {
    const values = tensor.values!.data as Float32Array;
    tensor.codes = new Int16Array(values.length);
    valuesToCodes(values, input, tensor.codes);
  }
  const shift = entering.low - input.low;
  return shift === 0 ? tensor.codes : tensor.codes.map((code) => code + shift);
}
