import { BitlabError } from '../../../contract/index.ts';
import {
  intAttribute,
  intsAttribute,
  makeAttribute,
  makeNode,
  nodeLabel,
  stringAttribute
} from '../onnx/index.ts';
import type { Attribute, Initializer, Node } from '../onnx/index.ts';
import type { NewTensors } from './new-tensors.ts';

/**
 * A ConvTranspose as a Conv. With stride s it is the convolution, in steps of one, of its input with s - 1 zeros between
 * neighbours, by the kernels mirrored along each axis and with their channels changed over (Dumoulin, Visin: "A guide to convolution
 * arithmetic for deep learning", 2016, section 4). A pad p of the ConvTranspose is one of d (k - 1) - p here, d the dilation; where
 * that is negative the input is cut.
 *
 * Zero is a level of every quantizer, so that the zeros are exact codes. Their products are counted as multiply-accumulates:
 * so many a machine makes that knows convolutions only.
 * @param weight (input channels, output channels / groups, ...kernel) @param rank of what enters
 * @returns null where it is left to ONNX Runtime, in float
 * @throws MODEL_OPERATOR_UNSUPPORTED for pads that depend on the input's shape
 */
export function transposedConvolution(
  node: Node,
  weight: Initializer<Float32Array>,
  rank: number | undefined,
  added: NewTensors
): readonly Node[] | null {
  const dimensions = weight.shape.length - 2;
  if (rank !== dimensions + 2 || dimensions < 1 || dimensions > 2) return null;
  refuseImplicitPads(node);
  const kernel = weight.shape.slice(2);
  const ones = Array<number>(dimensions).fill(1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const pads = intsAttribute(node, 'pads') ?? [...ones, ...ones].map(() => 0);
  const more = intsAttribute(node, 'output_padding') ?? ones.map(() => 0);
  const groups = intAttribute(node, 'group', 1);

  const [input = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const spread = spreadNodes(input, output, strides, added);
  const reach = kernel.map((extent, axis) => dilations[axis]! * (extent - 1));
  // Spreading leaves s - 1 zeros behind the last element, too; they count as padding.
  const ends = [
    ...reach.map((extent, axis) => extent - pads[axis]!),
    ...reach.map((extent, axis) => extent - pads[axis + dimensions]! + more[axis]! - (strides[axis]! - 1))
  ];
  const cut = cutNodes(spread.output, output, ends, dimensions, added);
  const turned = turnedKernels(weight, groups);
  const name = added.constant(`${weight.name}.turned`, turned.shape, turned.data);
  const attributes = new Map<string, Attribute>([
    ['group', makeAttribute(groups)],
    ['dilations', makeAttribute(dilations)],
    ['kernel_shape', makeAttribute(kernel)],
    ['strides', makeAttribute(ones)],
    ['pads', makeAttribute(ends.map((extent) => Math.max(extent, 0)))]
  ]);
  const inputs = [cut.output, name, ...node.inputs.slice(2)];
  return [...spread.nodes, ...cut.nodes, { ...node, operator: 'Conv', inputs, attributes }];
}

function refuseImplicitPads(node: Node): void {
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET');
  const isImplicit = mode.startsWith('SAME') || node.attributes.has('output_shape');
  if (!isImplicit) return;
  throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', {
    operator: node.operator,
    node: nodeLabel(node),
    advice: 'Export it with explicit pads instead of auto_pad or output_shape.'
  });
}

interface Nodes {
  readonly nodes: readonly Node[];
  readonly output: string;
}

/** Puts s - 1 zeros behind every element of each spatial axis: a new axis, padded, joined with the one before it. */
function spreadNodes(input: string, wanted: string, strides: readonly number[], added: NewTensors): Nodes {
  if (strides.every((stride) => stride === 1)) return { nodes: [], output: input };
  const dimensions = strides.length;
  const name = (what: string) => added.name(`${wanted}.${what}`);
  const constant = (what: string, values: readonly number[]) =>
    added.constant(`${wanted}.${what}`, [values.length], BigInt64Array.from(values, BigInt));
  const [apart, padded, output] = [name('apart'), name('padded'), name('spread')];
  const [shape, spread] = [name('shape'), name('spreadShape')];
  // (n, c, h, w) -> (n, c, h, 1, w, 1) -> (n, c, h, s, w, s) -> (n, c, h s, w s)
  const axes = strides.map((_, axis) => 3 + 2 * axis);
  const behind = [0, 0, ...strides.flatMap((stride) => [0, stride - 1])];
  const factors = constant('strides', [1, 1, ...strides]);
  return {
    output,
    nodes: [
      makeNode('Unsqueeze', [input, constant('axes', axes)], [apart]),
      makeNode(
        'Pad',
        [apart, constant('pads', [...Array<number>(2 + 2 * dimensions).fill(0), ...behind])],
        [padded]
      ),
      makeNode('Shape', [input], [shape]),
      makeNode('Mul', [shape, factors], [spread]),
      makeNode('Reshape', [padded, spread], [output])
    ]
  };
}

/** Cuts what negative pads take away. */
function cutNodes(
  input: string,
  wanted: string,
  ends: readonly number[],
  dimensions: number,
  added: NewTensors
): Nodes {
  if (ends.every((extent) => extent >= 0)) return { nodes: [], output: input };
  const constant = (what: string, values: readonly (number | bigint)[]) =>
    added.constant(`${wanted}.${what}`, [dimensions], BigInt64Array.from(values, BigInt));
  const output = added.name(`${wanted}.cut`);
  const starts = ends.slice(0, dimensions).map((extent) => Math.max(-extent, 0));
  const stops = ends.slice(dimensions).map((extent) => (extent < 0 ? extent : 2n ** 63n - 1n));
  const axes = starts.map((_, axis) => axis + 2);
  const inputs = [input, constant('starts', starts), constant('ends', stops), constant('cutAxes', axes)];
  return { nodes: [makeNode('Slice', inputs, [output])], output };
}

/** Kernels of (output channels, input channels / groups, ...kernel), mirrored. */
function turnedKernels(weight: Initializer<Float32Array>, groups: number) {
  const [inputs = 0, perGroup = 0, ...kernel] = weight.shape;
  const window = kernel.reduce((product, extent) => product * extent, 1);
  const inputsPerGroup = inputs / groups;
  const data = new Float32Array(weight.data.length);
  let at = 0;
  for (let output = 0; output < perGroup * groups; output++) {
    const group = Math.floor(output / perGroup);
    for (let entering = 0; entering < inputsPerGroup; entering++) {
      const channel = (group * inputsPerGroup + entering) * perGroup + (output % perGroup);
      // Mirrored along every axis: from the last element to the first.
      for (let place = window - 1; place >= 0; place--) data[at++] = weight.data[channel * window + place]!;
    }
  }
  return { shape: [perGroup * groups, inputsPerGroup, ...kernel], data };
}
