import { BitlabError } from '../../../contract/index.ts';
import { connectionsOf, freshNames, type Connections } from '../connections.ts';
import { floatConstants } from '../float-constants.ts';
import { floatAttribute, intAttribute, makeInitializer, nodeLabel } from '../onnx/index.ts';
import type { Graph, Initializer, Model, Node } from '../onnx/index.ts';
import { withoutUnreachable } from './simplify.ts';

/** The default of the operator's attribute, in the specification of BatchNormalization. */
const defaultEpsilon = 1e-5;

interface Parameters {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/**
 * Folds each BatchNormalization into the Conv or Gemm right before it, where nothing else reads that one's output:
 *
 *     d = sqrt(variance + epsilon);  W' = W * (gamma / d);  b' = (b - mean) * (1 / d) * gamma + beta
 *
 * each operation rounded to float32 and in this order. The factor of the weights is that of PyTorch's ConvBn modules of
 * `torch.ao.nn.intrinsic.qat`; `fuse_conv_bn_weights` computes gamma * (1 / d), which differs in the last bit. That bit
 * matters: docs/decisions/0002-order-of-folding.md. The layer takes over the name of the normalization's output, and
 * gets a bias where it had none. Initializers that others read, too, are copied.
 * @throws MODEL_INVALID where the parameters of a normalization have the wrong number of elements
 */
export function foldBatchNormalization(model: Model): Model {
  const { graph } = model;
  const connections = connectionsOf(graph);
  const fresh = freshNames(graph);
  const initializers = new Map(graph.initializers);
  const replaced = new Map<Node, Node>();
  const folded = new Set<Node>();

  for (const normalization of graph.nodes) {
    if (normalization.operator !== 'BatchNormalization' || normalization.domain !== '') continue;
    const layer = connections.producer(normalization.inputs[0] ?? '');
    if (layer === undefined || connections.onlyConsumer(layer.outputs[0]!) !== normalization) continue;
    const parameters = parametersOf(graph, normalization);
    const weight = floatConstants(graph, layer.inputs[1]);
    const bias = floatConstants(graph, layer.inputs[2]);
    const hasBias = (layer.inputs[2] ?? '') !== '';
    const axis = channelAxis(layer);
    if (parameters === null || weight === null || axis === null || (hasBias && bias === null)) continue;

    const channels = weight.shape[axis] ?? 0;
    requireChannels(normalization, parameters, channels);
    if (bias !== null && bias.data.length !== channels) continue;
    const folding = foldedValues(weight, axis, bias?.data ?? new Float32Array(channels), parameters);

    const weightName = nameFor(weight.name, connections, fresh);
    const biasName =
      bias === null
        ? fresh(`${weight.name.replace(/\.weight$/, '')}.bias`)
        : nameFor(bias.name, connections, fresh);
    initializers.set(weightName, makeInitializer(weightName, weight.shape, folding.weight));
    initializers.set(biasName, makeInitializer(biasName, [channels], folding.bias));
    replaced.set(layer, {
      ...layer,
      inputs: [layer.inputs[0]!, weightName, biasName],
      outputs: [normalization.outputs[0]!]
    });
    folded.add(normalization);
  }
  const nodes = graph.nodes.filter((node) => !folded.has(node)).map((node) => replaced.get(node) ?? node);
  return { ...model, graph: withoutUnreachable({ ...graph, nodes, initializers }) };
}

/** The parameters, or null where the normalization computes its own statistics or they are no constants. */
function parametersOf(graph: Graph, node: Node): Parameters | null {
  if (intAttribute(node, 'training_mode', 0) !== 0) return null;
  if (node.outputs.filter((output) => output !== '').length !== 1) return null;
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => floatConstants(graph, node.inputs[i])?.data);
  if (!gamma || !beta || !mean || !variance) return null;
  return { gamma, beta, mean, variance, epsilon: floatAttribute(node, 'epsilon', defaultEpsilon) };
}

/** The weight axis of the output channels, or null where the node is no layer that can take a normalization in. */
function channelAxis(layer: Node): number | null {
  if (layer.domain !== '') return null;
  if (layer.operator === 'Conv') return 0;
  if (layer.operator !== 'Gemm') return null;
  const isPlain =
    floatAttribute(layer, 'alpha', 1) === 1 &&
    floatAttribute(layer, 'beta', 1) === 1 &&
    intAttribute(layer, 'transA', 0) === 0;
  if (!isPlain) return null;
  return intAttribute(layer, 'transB', 0) === 1 ? 0 : 1;
}

function requireChannels(node: Node, parameters: Parameters, channels: number): void {
  const { gamma, beta, mean, variance } = parameters;
  if ([gamma, beta, mean, variance].every((values) => values.length === channels)) return;
  const reason = `the parameters of ${nodeLabel(node)} do not have ${channels} elements, one for each channel`;
  throw new BitlabError('MODEL_INVALID', { reason });
}

/** An initializer that one node reads keeps its name; a shared one stays as it is, beside a copy of another name. */
function nameFor(name: string, connections: Connections, fresh: (wanted: string) => string): string {
  return connections.consumers(name).length === 1 ? name : fresh(`${name}.folded`);
}

function foldedValues(
  weight: Initializer<Float32Array>,
  axis: number,
  bias: Float32Array,
  parameters: Parameters
) {
  const { gamma, beta, mean, variance, epsilon } = parameters;
  const f32 = Math.fround;
  const channels = bias.length;
  const factor = new Float32Array(channels);
  const foldedBias = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const deviation = f32(Math.sqrt(f32(variance[c]! + f32(epsilon))));
    factor[c] = gamma[c]! / deviation;
    foldedBias[c] = f32(f32(f32(bias[c]! - mean[c]!) * f32(1 / deviation)) * gamma[c]!) + beta[c]!;
  }
  const inner = weight.shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const foldedWeight = weight.data.map((value, i) => value * factor[Math.floor(i / inner) % channels]!);
  return { weight: foldedWeight, bias: foldedBias };
}
