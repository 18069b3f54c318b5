import { insertFakeQuantization, activationQuantizers, upTo, writeModel } from '../graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan } from '../graph/index.ts';
import { fakeQuantize } from '../quantization/index.ts';
import type { SampleSource } from './run-job.ts';
import { openSession, type Session } from './session.ts';

/** Samples that pass at a time; fewer where the activations of 64 would not fit. */
const largestBatch = 64;
const largestValues = 2 ** 24;

/** The pictures that layers are shown, and how. */
export interface PassSettings {
  readonly source: SampleSource;
  readonly samples: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** What enters a layer of the quantized network, and what leaves the same layer of the float network. */
export interface LayerBatch {
  /** Quantized: count x the layer's input. */
  readonly input: Float32Array;
  /** Before any activation, the bias included: count x channels x positions. */
  readonly target: Float32Array;
  readonly targetShape: readonly number[];
  readonly count: number;
}

/**
 * Shows a layer the calibration pictures, batch by batch, as they reach it through the quantized layers before it.
 * @param float the float network @param model the network with the biases that are to be used @param plan with the weights of the
 * layers before this one
 */
export async function forEachLayerBatch(
  float: Model,
  model: Model,
  analysis: GraphAnalysis,
  plan: QuantizationPlan,
  layer: Layer,
  { source, samples, threads, signal }: PassSettings,
  visit: (batch: LayerBatch) => void
): Promise<void> {
  const input = analysis.input.name;
  const simulated = insertFakeQuantization(model, analysis, plan);
  const quantizer = activationQuantizers(analysis, plan).get(analysis.quantizedBy.get(layer.input) ?? '');
  const sessions: Session[] = [];
  const open = async (graph: Model, tensor: string) => {
    const session = await openSession(writeModel(upTo(graph, tensor)), { threads });
    sessions.push(session);
    return session;
  };
  try {
    const inputs = layer.input === input ? null : await open(simulated, layer.input);
    const targets = await open(float, layer.output);
    const largest = Math.max(...analysis.elements.values());
    const batch = Math.max(1, Math.min(largestBatch, Math.floor(largestValues / largest)));
    for (let start = 0; start < samples; start += batch) {
      signal.throwIfAborted();
      const count = Math.min(batch, samples - start);
      const pictures = source.batch(start, count);
      const shape = [count, ...analysis.input.shape];
      const reached = inputs === null ? pictures : await valuesOf(inputs, pictures, shape, layer.input);
      const target = (await targets.run(pictures, shape, [layer.output])).get(layer.output)!;
      visit({
        input: quantizer === undefined ? reached : fakeQuantize(reached, [reached.length], quantizer),
        target: target.data as Float32Array,
        targetShape: target.shape,
        count
      });
    }
  } finally {
    for (const session of sessions) await session.release();
  }
}

async function valuesOf(session: Session, pictures: Float32Array, shape: readonly number[], tensor: string) {
  return (await session.run(pictures, shape, [tensor])).get(tensor)!.data as Float32Array;
}
