import { makeInitializer, splitAtLayers, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model } from '../graph/index.ts';
import type { SampleSource } from './run-job.ts';
import { openSession, type OutputTensor, type Session } from './session.ts';

/** Samples that pass at a time; fewer where the activations of 64 would not fit. */
const largestBatch = 64;
const largestValues = 2 ** 24;
/** Bytes of activations that are kept between two layers. */
const largestKept = 2 ** 29;

/** The pictures that a network is shown, and how. */
export interface PassSettings {
  readonly source: SampleSource;
  readonly samples: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** What lies in front of a layer for one batch. */
export interface ArrivedBatch {
  /** What enters the layer, or what leaves it before any activation. */
  readonly values: Float32Array;
  /** Samples of the batch that were asked for; 0 for a batch that only passes on its way to later layers. */
  readonly count: number;
}

type Tensors = ReadonlyMap<string, OutputTensor>;

interface Step {
  model: Model;
  /** The layer that it is, or null for what lies between layers. */
  readonly layer: Layer | null;
  readonly inputs: readonly string[];
  /** The layer's own input and weights, as they are called in this network. */
  readonly entering: string;
  readonly weights: string;
}

/**
 * A network that is computed layer by layer for all samples: what has reached one layer is kept, where it fits into memory, and
 * the next layer's pass begins there instead of at the pictures. So a method that settles one layer after another needs as much time as
 * one pass through the network, not as one for each layer.
 */
export class StepwiseNetwork {
  readonly #steps: readonly Step[];
  readonly #analysis: GraphAnalysis;
  readonly #passes: PassSettings;
  readonly #batch: number;
  readonly #keptBytes: number;
  #at = 0;
  #kept: readonly Tensors[] | null = null;

  /**
   * @param model float, or with its fake quantization inserted @param analysis of the float model
   * @param keptBytes what may be kept between two layers; where it does not suffice, passes begin further up
   */
  constructor(model: Model, analysis: GraphAnalysis, passes: PassSettings, keptBytes = largestKept) {
    this.#keptBytes = keptBytes;
    this.#analysis = analysis;
    this.#passes = passes;
    const largest = Math.max(...analysis.elements.values());
    this.#batch =
      analysis.batch === 1 ? 1 : Math.max(1, Math.min(largestBatch, Math.floor(largestValues / largest)));
    this.#steps = splitAtLayers(model, analysis).map((segment) => ({
      model: segment.model,
      layer: segment.kind === 'layer' ? segment.layer : null,
      inputs: segment.model.graph.inputs.map(({ name }) => name),
      entering: segment.kind === 'layer' ? segment.node.inputs[0]! : '',
      weights: segment.kind === 'layer' ? segment.node.inputs[1]! : ''
    }));
  }

  /** The layers in the order in which they are reached: each after all that it depends on. */
  get layers(): Layer[] {
    return this.#steps.flatMap(({ layer }) => layer ?? []);
  }

  /** Gives a layer other weights. It must not have been passed yet. @param values in the order of their initializer */
  settle(layer: Layer, values: Float32Array): void {
    const place = this.#placeOf(layer);
    if (place < this.#at) throw new RangeError(`${layer.name} was passed already`);
    const step = this.#steps[place]!;
    const { graph } = step.model;
    const shape = graph.initializers.get(step.weights)!.shape;
    const initializers = new Map(graph.initializers).set(
      step.weights,
      makeInitializer(step.weights, shape, values)
    );
    step.model = { ...step.model, graph: { ...graph, initializers } };
  }

  /**
   * What enters a layer, batch by batch; to be taken to the end. Layers are to be asked for in the order of `layers`.
   * @param samples how many are wanted, from the first
   */
  async *entering(layer: Layer, samples: number): AsyncGenerator<ArrivedBatch> {
    const { entering } = this.#steps[this.#placeOf(layer)]!;
    for await (const { tensors, count, size } of this.#arrive(layer, samples))
      yield { values: firstOf(tensors.get(entering)!, count, size), count };
  }

  /** What leaves a layer before any activation, the bias included. Otherwise as `entering`. */
  async *leaving(layer: Layer, samples: number): AsyncGenerator<ArrivedBatch> {
    const step = this.#steps[this.#placeOf(layer)]!;
    const outputs = step.model.graph.outputs.map(({ name }) => name);
    const own = { ...step, model: withOnlyOutput(step.model, layer.output, outputs) };
    const session = await this.#open(own);
    try {
      for await (const { tensors, count, size } of this.#arrive(layer, samples)) {
        if (count === 0) {
          yield { values: new Float32Array(0), count };
          continue;
        }
        const results = await session.runAll(feedsOf(own, tensors));
        yield { values: firstOf(results.get(layer.output)!, count, size), count };
      }
    } finally {
      await session.release();
    }
  }

  #placeOf(layer: Layer): number {
    return this.#steps.findIndex((step) => step.layer?.name === layer.name);
  }

  #open({ model }: Step): Promise<Session> {
    return openSession(writeModel(model), { threads: this.#passes.threads });
  }

  async *#arrive(layer: Layer, samples: number) {
    const place = this.#placeOf(layer);
    const steps = this.#steps.slice(this.#at, place);
    const needed = new Set(this.#steps.slice(place).flatMap(({ inputs }) => inputs));
    const sessions: Session[] = [];
    const batches = Math.ceil(this.#passes.samples / this.#batch);
    const kept: Tensors[] = [];
    let keeps = true;
    try {
      for (const step of steps) sessions.push(await this.#open(step));
      for (let index = 0; index < batches; index++) {
        this.#passes.signal.throwIfAborted();
        const start = index * this.#batch;
        const size = Math.min(this.#batch, this.#passes.samples - start);
        const count = Math.max(0, Math.min(size, samples - start));
        if (!keeps && count === 0) break;
        const tensors = new Map(this.#kept?.[index] ?? (await this.#pictures(start, size)));
        for (const [i, step] of steps.entries())
          for (const [name, values] of await sessions[i]!.runAll(feedsOf(step, tensors)))
            tensors.set(name, values);
        for (const name of tensors.keys()) if (!needed.has(name)) tensors.delete(name);
        keeps &&= bytesOf(tensors) * batches <= this.#keptBytes;
        if (keeps) kept.push(tensors);
        yield { tensors, count, size };
      }
    } finally {
      for (const session of sessions) await session.release();
    }
    if (!keeps || kept.length < batches) return;
    this.#kept = kept;
    this.#at = place;
  }

  async #pictures(start: number, size: number): Promise<Tensors> {
    const { name, shape } = this.#analysis.input;
    const data = await this.#passes.source.batch(start, size);
    return new Map([[name, { type: 'float32', shape: [size, ...shape], data }]]);
  }
}

function withOnlyOutput(model: Model, output: string, present: readonly string[]): Model {
  const [first] = model.graph.outputs;
  const outputs = present.includes(output)
    ? model.graph.outputs.filter(({ name }) => name === output)
    : [{ ...first!, name: output }];
  return { ...model, graph: { ...model.graph, outputs } };
}

const feedsOf = ({ inputs }: Step, tensors: Tensors) =>
  inputs.map((name) => [name, tensors.get(name)!] as const);

/** The values of the first `count` of `size` samples. */
function firstOf({ data }: OutputTensor, count: number, size: number): Float32Array {
  const values = data as Float32Array;
  return count === size ? values : values.subarray(0, (values.length / size) * count);
}

function bytesOf(tensors: Tensors): number {
  let bytes = 0;
  for (const { data } of tensors.values()) bytes += (data as Float32Array).byteLength;
  return bytes;
}
