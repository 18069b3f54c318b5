import { BitlabError } from '../../contract/index.ts';
import { elementCount } from '../numeric/tensor.ts';
import type { BatchSize, GraphAnalysis } from './analysis-types.ts';
import { checkSupported } from './check-supported.ts';
import { findLayers } from './find-layers.ts';
import { findPoints } from './find-points.ts';
import type { Model } from './onnx/index.ts';
import { SampleShapes, type SamplePlace } from './sample-shapes.ts';
import { floatTensors } from './value-types.ts';

/** How a model takes samples. */
export interface Batching {
  readonly places: ReadonlyMap<string, SamplePlace | null>;
  readonly batch: BatchSize;
}

/** The tensors whose shapes `analyzeGraph` needs: everything of floats that a node produces. */
export function tensorsToObserve(model: Model): string[] {
  const floats = floatTensors(model.graph);
  return model.graph.nodes.flatMap((node) => node.outputs).filter((output) => floats.has(output));
}

/**
 * Finds the layers of a model and the points where its activations are quantized.
 * @param model simplified, its batch norms folded or not
 * @param shapes of the input and of `tensorsToObserve(model)`, as one run with a batch of one sample gave them
 * @param batching where samples lie (null for a tensor that does not depend on them; first where nothing is said), and how
 * many of them the model computes at once
 * @throws MODEL_OPERATOR_UNSUPPORTED, MODEL_INPUT_UNSUPPORTED, MODEL_NO_LAYERS, MODEL_INVALID
 */
export function analyzeGraph(
  model: Model,
  shapes: ReadonlyMap<string, readonly number[]>,
  batching: Partial<Batching> = {}
): GraphAnalysis {
  const { graph } = model;
  const { input, output } = checkSupported(model);
  const samples = new SampleShapes(shapes, batching.places);
  const layers = findLayers(graph, samples);
  if (layers.length === 0) throw new BitlabError('MODEL_NO_LAYERS');
  const { points, quantizedBy, floatOperators } = findPoints(graph, layers, input.name, floatTensors(graph));
  const sampleShape = (tensor: string) => samples.ofSample(tensor);
  return {
    input: { name: input.name, shape: sampleShape(input.name) },
    output: { name: output.name, shape: sampleShape(output.name) },
    layers: layers.map(({ layer }) => layer),
    points,
    quantizedBy,
    elements: new Map(points.map(({ tensor }) => [tensor, elementCount(sampleShape(tensor))])),
    batch: batching.batch ?? 'any',
    floatOperators
  };
}
