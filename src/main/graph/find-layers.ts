import { elementCount } from '../numeric/tensor.ts';
import type { Layer } from './analysis-types.ts';
import { connectionsOf, type Connections } from './connections.ts';
import { floatConstants } from './float-constants.ts';
import { floatAttribute, intAttribute } from './onnx/index.ts';
import type { Graph, Initializer, Node } from './onnx/index.ts';
import type { SampleShapes } from './sample-shapes.ts';

/** A layer and the nodes that it consists of: its own, a bias that is added, a fused activation. */
export interface FoundLayer {
  readonly layer: Layer;
  readonly nodes: readonly Node[];
}

/**
 * The layers of a graph in topological order: every Conv, Gemm and MatMul with float32 constants on its right.
 * @param graph in the forms of `withUsualLayers`: a Gemm that scales or transposes is no layer
 */
export function findLayers(graph: Graph, shapes: SampleShapes): FoundLayer[] {
  const connections = connectionsOf(graph);
  const names = new Set<string>();
  const found: FoundLayer[] = [];
  for (const node of graph.nodes) {
    const layer = layerOf(node, graph, connections, shapes);
    if (layer === null) continue;
    const output = node.outputs[0]!;
    const name = node.name !== '' && !names.has(node.name) ? node.name : output;
    names.add(name);
    found.push({ ...layer, layer: { ...layer.layer, name } });
  }
  return found;
}

function layerOf(
  node: Node,
  graph: Graph,
  connections: Connections,
  shapes: SampleShapes
): FoundLayer | null {
  const weight = floatConstants(graph, node.inputs[1]);
  const weightAxis = outputAxis(node, weight);
  const input = node.inputs[0] ?? '';
  if (weight === null || weightAxis === null || graph.initializers.has(input)) return null;
  const place = shapes.place(input);
  if (place === null || !isPlain(node)) return null;

  const nodes = [node];
  let output = node.outputs[0]!;
  const channels = weight.shape[weightAxis]!;
  let bias = node.operator === 'MatMul' ? null : floatConstants(graph, node.inputs[2]);
  const hasOddBias =
    (node.inputs[2] ?? '') !== '' && (bias === null || elementCount(bias.shape) !== channels);
  if (hasOddBias) return null;
  if (node.operator === 'MatMul') {
    const add = connections.onlyConsumer(output);
    const added =
      add?.operator === 'Add'
        ? floatConstants(
            graph,
            add.inputs.find((name) => name !== output)
          )
        : null;
    if (add && added && elementCount(added.shape) === channels && added.shape.at(-1) === channels) {
      bias = added;
      output = add.outputs[0]!;
      nodes.push(add);
    }
  }
  const activation = fusableActivation(connections.onlyConsumer(output), graph, true);
  if (activation !== null) nodes.push(activation);
  const fusedOutput = activation?.outputs[0] ?? output;
  // The shape of one picture for a convolution, of however many there are for each sample.
  const isConvolution = node.operator === 'Conv';
  const shapeOf = (tensor: string) =>
    isConvolution ? shapes.ofBatch(tensor).slice(1) : shapes.ofSample(tensor);
  const inputShape = shapeOf(input);
  const outputShape = shapeOf(fusedOutput);
  const pictures = isConvolution ? shapes.ofBatch(input)[0]! : 1;
  const weightCount = elementCount(weight.shape);
  return {
    nodes,
    layer: {
      name: '',
      operator: node.operator as Layer['operator'],
      input,
      weight: weight.name,
      weightShape: weight.shape,
      weightAxis,
      bias: bias?.name ?? null,
      output,
      fused: activation === null ? null : (activation.operator as 'Relu' | 'Clip'),
      fusedOutput,
      inputShape,
      outputShape,
      positionsBefore: place.before,
      parameters: weightCount + (bias === null ? 0 : channels),
      // Each output value is a sum over the weights of its channel.
      macs: pictures * elementCount(outputShape) * (weightCount / Math.max(channels, 1))
    }
  };
}

/** The weight axis that runs over the output channels, or null where the node is no layer. */
function outputAxis(node: Node, weight: Initializer | null): number | null {
  if (weight === null || node.domain !== '') return null;
  if (node.operator === 'Conv') return weight.shape.length >= 3 ? 0 : null;
  if (weight.shape.length !== 2) return null;
  if (node.operator === 'Gemm') return intAttribute(node, 'transB', 0) === 1 ? 0 : 1;
  return node.operator === 'MatMul' ? 1 : null;
}

/** Whether a Gemm neither scales nor turns what it multiplies. */
function isPlain(node: Node): boolean {
  if (node.operator !== 'Gemm') return true;
  const hasBias = (node.inputs[2] ?? '') !== '';
  return (
    floatAttribute(node, 'alpha', 1) === 1 &&
    (!hasBias || floatAttribute(node, 'beta', 1) === 1) &&
    intAttribute(node, 'transA', 0) === 0
  );
}

/** The node if it is an activation that a quantizer absorbs: Relu, or (where wanted) Clip with constant bounds. */
export function fusableActivation(node: Node | null, graph: Graph, withClip: boolean): Node | null {
  if (node === null || node.domain !== '') return null;
  if (node.operator === 'Relu') return node;
  if (!withClip || node.operator !== 'Clip') return null;
  return clipBounds(node, graph) === null ? null : node;
}

/** The constant bounds of a Clip, infinite where left out, or null where they are computed. */
export function clipBounds(node: Node, graph: Graph): readonly [number, number] | null {
  const [, lower = '', upper = ''] = node.inputs;
  const low = lower === '' ? -Infinity : floatConstants(graph, lower)?.data[0];
  const high = upper === '' ? Infinity : floatConstants(graph, upper)?.data[0];
  return low === undefined || high === undefined ? null : [low, high];
}
