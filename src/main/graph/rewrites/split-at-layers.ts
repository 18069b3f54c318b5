import type { GraphAnalysis, Layer } from '../analysis-types.ts';
import { connectionsOf, type Connections } from '../connections.ts';
import { elementTypes } from '../element-types.ts';
import type { Model, Node, ValueInfo } from '../onnx/index.ts';
import { layerNodes } from './plan-lookup.ts';
import { submodel } from './submodel.ts';

/** A part of a graph that is computed at once. */
export type Segment = LayerSegment | FloatSegment;

export interface LayerSegment {
  readonly kind: 'layer';
  readonly layer: Layer;
  /** The Conv, Gemm or MatMul. */
  readonly node: Node;
  /** The layer with its bias and its fused activation as a model of its own, from `layer.input` to `layer.fusedOutput`. */
  readonly model: Model;
}

/** What lies between layers: pooling, additions, activations that are not fused, anything. */
export interface FloatSegment {
  readonly kind: 'float';
  /** Loadable by itself; its inputs and outputs have the names of the tensors in the whole model. */
  readonly model: Model;
  readonly inputs: readonly string[];
  /** The tensors that later segments read, and the outputs of the whole model. */
  readonly outputs: readonly string[];
}

/**
 * Cuts a model at its layers. Run in this order, each segment on the tensors that were there before, the segments compute
 * what the model computes. As much as possible stands in each float segment, so that there are few of them.
 * @param model simplified, batch norms folded
 * @param analysis of that model
 */
export function splitAtLayers(model: Model, analysis: GraphAnalysis): Segment[] {
  const { graph } = model;
  const connections = connectionsOf(graph);
  const layerAt = new Map<Node, LayerParts>();
  for (const layer of analysis.layers) {
    const parts = partsOf(layer, connections);
    for (const node of parts.nodes) layerAt.set(node, parts);
  }

  const types = elementTypes(graph);
  const known = new Set([...graph.inputs.map((input) => input.name), ...graph.initializers.keys(), '']);
  const isReady = (node: Node) => node.inputs.every((input) => known.has(input));
  const finish = (nodes: readonly Node[]) => {
    for (const node of nodes) for (const output of node.outputs) known.add(output);
  };
  const segments: Segment[] = [];
  let waiting = graph.nodes;
  while (waiting.length > 0) {
    const floats: Node[] = [];
    for (const node of waiting) {
      if (layerAt.has(node) || !isReady(node)) continue;
      floats.push(node);
      finish([node]);
    }
    if (floats.length > 0) {
      const part = submodel(model, floats, types, connections);
      segments.push({
        kind: 'float',
        model: part,
        inputs: names(part.graph.inputs),
        outputs: names(part.graph.outputs)
      });
    }
    const layers = new Set<LayerParts>();
    for (const node of waiting) {
      const parts = layerAt.get(node);
      if (parts?.node === node && isReady(node)) layers.add(parts);
    }
    for (const parts of layers) {
      const part = submodel(model, parts.nodes, types, connections);
      segments.push({ kind: 'layer', layer: parts.layer, node: parts.node, model: part });
      finish(parts.nodes);
    }
    const done = new Set([...floats, ...[...layers].flatMap(({ nodes }) => nodes)]);
    if (done.size === 0)
      throw new Error('the graph is not in topological order, or its analysis belongs to another model');
    waiting = waiting.filter((node) => !done.has(node));
  }
  return segments;
}

interface LayerParts {
  readonly layer: Layer;
  readonly node: Node;
  /** All that the layer consists of, in topological order. */
  readonly nodes: readonly Node[];
}

function partsOf(layer: Layer, connections: Connections): LayerParts {
  const { node, biasAdd } = layerNodes(layer, connections);
  const activation = layer.fused === null ? null : (connections.producer(layer.fusedOutput) ?? null);
  return { layer, node, nodes: [node, biasAdd, activation].filter((part) => part !== null) };
}

const names = (values: readonly ValueInfo[]) => values.map(({ name }) => name);
