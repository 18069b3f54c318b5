import { floatConstants } from '../float-constants.ts';
import { floatAttribute, intAttribute, makeAttribute, makeNode } from '../onnx/index.ts';
import type { Initializer, Model, Node } from '../onnx/index.ts';
import { NewTensors } from './new-tensors.ts';
import { withoutUnreachable } from './simplify.ts';
import { transposedConvolution } from './transposed-convolution.ts';

/** Tensor -> its number of dimensions. */
export type RankOf = (tensor: string) => number | undefined;

/**
 * The model with its layers in the forms that all of Bitlab knows: Conv, Gemm and MatMul with constants on their right.
 *
 * - Gemm: alpha goes into the weights, beta into the bias, and transA becomes a Transpose in front.
 * - Gemm and MatMul with constants on their left: (W x)^T = x^T W^T, so that the constants change sides, between two Transposes.
 * - ConvTranspose: a Conv over what enters, with zeros between its elements; see `transposedConvolution`.
 *
 * The network computes the same function, up to one rounding of a weight to float32 where alpha or beta is not 1.
 * @param model simplified, for opset 13 or later
 */
export function withUsualLayers(model: Model, rankOf: RankOf): Model {
  const added = new NewTensors(model.graph);
  let changed = false;
  const nodes = model.graph.nodes.flatMap((node) => {
    const usual = node.domain === '' ? usualForm(node, model, rankOf, added) : null;
    changed ||= usual !== null;
    return usual ?? [node];
  });
  if (!changed) return model;
  return {
    ...model,
    graph: withoutUnreachable({ ...model.graph, nodes, initializers: added.initializers })
  };
}

/** Whether `withUsualLayers` needs ranks: there are constants on the left, or a ConvTranspose. */
export function hasUnusualLayers({ graph }: Model): boolean {
  return graph.nodes.some(
    ({ domain, operator, inputs }) =>
      domain === '' &&
      (operator === 'ConvTranspose' ||
        (['Gemm', 'MatMul'].includes(operator) && floatConstants(graph, inputs[0]) !== null))
  );
}

function usualForm(node: Node, model: Model, rankOf: RankOf, added: NewTensors): readonly Node[] | null {
  const [left = '', right = ''] = node.inputs;
  const constantLeft = floatConstants(model.graph, left);
  const constantRight = floatConstants(model.graph, right);
  if (node.operator === 'ConvTranspose' && constantLeft === null && constantRight !== null) {
    return transposedConvolution(node, constantRight, rankOf(left), added);
  }
  if (constantLeft !== null && constantRight !== null) return null;
  if (node.operator === 'MatMul' && constantLeft?.shape.length === 2)
    return changedSides(node, constantLeft, rankOf(right), added);
  if (node.operator !== 'Gemm') return null;
  if (constantLeft !== null) return gemmOfLeftWeights(node, constantLeft, model, added);
  return constantRight === null ? null : plainGemm(node, constantRight, model, added);
}

/** W x with x of (..., n, k): Transpose, MatMul with W^T, Transpose. */
function changedSides(
  node: Node,
  weight: Initializer<Float32Array>,
  rank: number | undefined,
  added: NewTensors
): readonly Node[] | null {
  if (rank === undefined || rank < 2) return null;
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  const [output = ''] = node.outputs;
  const [turned, product] = [added.name(`${output}.turned`), added.name(`${output}.product`)];
  const constant = addTransposed(weight, added);
  return [
    makeNode('Transpose', [node.inputs[1]!], [turned], { perm }),
    makeNode('MatMul', [turned, constant], [product], {}, node.name),
    makeNode('Transpose', [product], [output], { perm })
  ];
}

/** The same for a Gemm; what it adds is left to an Add, since it need not be a bias of the channels. */
function gemmOfLeftWeights(
  node: Node,
  weight: Initializer<Float32Array>,
  model: Model,
  added: NewTensors
): readonly Node[] | null {
  if (weight.shape.length !== 2) return null;
  const [output = ''] = node.outputs;
  const [, right = '', addend = ''] = node.inputs;
  const beta = floatAttribute(node, 'beta', 1);
  const constant = floatConstants(model.graph, addend);
  if (addend !== '' && constant === null && beta !== 1) return null;
  const alpha = floatAttribute(node, 'alpha', 1);
  const values = alpha === 1 ? weight : { ...weight, data: scaled(weight.data, alpha) };
  // With transA the constants lie as x^T W^T wants them.
  const isTurned = intAttribute(node, 'transA', 0) === 1;
  const factor = isTurned
    ? added.constant(`${weight.name}.right`, values.shape, values.data)
    : addTransposed(values, added);
  const entering = intAttribute(node, 'transB', 0) === 1 ? right : added.name(`${output}.turned`);
  const product = added.name(`${output}.product`);
  const whole = addend === '' ? output : added.name(`${output}.sum`);
  const perm = [1, 0];
  const sum = constant === null || beta === 1 ? addend : addScaled(constant, beta, added);
  return [
    ...(entering === right ? [] : [makeNode('Transpose', [right], [entering], { perm })]),
    makeNode('MatMul', [entering, factor], [product], {}, node.name),
    makeNode('Transpose', [product], [whole], { perm }),
    ...(addend === '' ? [] : [makeNode('Add', [whole, sum], [output])])
  ];
}

/** x W + b without factors and without a transposed x. */
function plainGemm(
  node: Node,
  weight: Initializer<Float32Array>,
  model: Model,
  added: NewTensors
): readonly Node[] | null {
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const [input = '', right = '', addend = ''] = node.inputs;
  const bias = floatConstants(model.graph, addend);
  const isTurned = intAttribute(node, 'transA', 0) === 1;
  const betaMatters = beta !== 1 && addend !== '';
  if (alpha === 1 && !betaMatters && !isTurned) return null;
  if (betaMatters && bias === null) return null;
  const entering = isTurned ? added.name(`${node.outputs[0] ?? ''}.turned`) : input;
  const inputs = [entering, alpha === 1 ? right : addScaled(weight, alpha, added)];
  if (addend !== '') inputs.push(betaMatters ? addScaled(bias!, beta, added) : addend);
  const attributes = new Map([
    ...node.attributes,
    ...Object.entries({ alpha: makeAttribute({ float: 1 }), beta: makeAttribute({ float: 1 }) }),
    ['transA', makeAttribute(0)] as const
  ]);
  return [
    ...(isTurned ? [makeNode('Transpose', [input], [entering], { perm: [1, 0] })] : []),
    { ...node, inputs, attributes }
  ];
}

const scaled = (values: Float32Array, factor: number) => values.map((value) => value * factor);

function addScaled(tensor: Initializer<Float32Array>, factor: number, added: NewTensors): string {
  return added.constant(`${tensor.name}.scaled`, tensor.shape, scaled(tensor.data, factor));
}

function addTransposed({ name, shape, data }: Initializer<Float32Array>, added: NewTensors): string {
  const [rows = 0, columns = 0] = shape;
  const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
  return added.constant(`${name}.transposed`, [columns, rows], turned);
}
