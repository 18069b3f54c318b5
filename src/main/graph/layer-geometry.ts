import { BitlabError } from '../../contract/index.ts';
import type { Layer } from './analysis-types.ts';
import { intAttribute, intsAttribute, nodeLabel, stringAttribute, type Node } from './onnx/index.ts';

/** A convolution of one or two dimensions (one dimension is two of height 1), or a matrix product, with its extents. */
export type LayerGeometry =
  | {
      readonly kind: 'convolution';
      readonly groups: number;
      /** Channels, height, width. */
      readonly input: readonly [number, number, number];
      readonly outputChannels: number;
      readonly kernel: readonly [number, number];
      readonly strides: readonly [number, number];
      readonly dilations: readonly [number, number];
      /** Top, left, bottom, right. */
      readonly pads: readonly [number, number, number, number];
    }
  | {
      readonly kind: 'product';
      /** Rows for each sample. */
      readonly rows: number;
      readonly inputs: number;
      readonly outputs: number;
    };

/**
 * How a layer reduces what enters.
 * @param node the layer's Conv, Gemm or MatMul
 * @param inputShape of one sample, without the batch dimension
 * @throws MODEL_OPERATOR_UNSUPPORTED for convolutions of three dimensions and for negative pads
 */
export function layerGeometry(layer: Layer, node: Node, inputShape: readonly number[]): LayerGeometry {
  const { weightShape, weightAxis } = layer;
  if (layer.operator !== 'Conv') {
    const inputs = weightShape[1 - weightAxis]!;
    const elements = inputShape.reduce((product, extent) => product * extent, 1);
    return { kind: 'product', rows: elements / inputs, inputs, outputs: weightShape[weightAxis]! };
  }
  const dimensions = weightShape.length - 2;
  if (dimensions > 2) {
    refuse(
      node,
      'Bitlab computes convolutions of one and two dimensions; leave this model in float arithmetic.'
    );
  }
  const [height, width] = twoOf(inputShape.slice(1), 1);
  const kernel = twoOf(weightShape.slice(2), 1);
  const strides = twoOf(intsAttribute(node, 'strides') ?? Array<number>(dimensions).fill(1), 1);
  const dilations = twoOf(intsAttribute(node, 'dilations') ?? Array<number>(dimensions).fill(1), 1);
  const [top, bottom] = padsOf(node, dimensions, 0, height, kernel[0], strides[0], dilations[0]);
  const [left, right] = padsOf(node, dimensions, 1, width, kernel[1], strides[1], dilations[1]);
  return {
    kind: 'convolution',
    groups: intAttribute(node, 'group', 1),
    input: [inputShape[0]!, height, width],
    outputChannels: weightShape[0]!,
    kernel,
    strides,
    dilations,
    pads: [top, left, bottom, right]
  };
}

/** Codes or values of the weights with the output channels first, which they are but in a MatMul and some Gemm. */
export function outputChannelsFirst(codes: Int32Array, layer: Layer): Int32Array {
  if (layer.weightAxis === 0) return codes;
  const [inputs = 0, outputs = 0] = layer.weightShape;
  return codes.map((_, i) => codes[(i % inputs) * outputs + Math.floor(i / inputs)]!);
}

/** Height and width; a missing height is put in front. */
function twoOf(extents: readonly number[], height: number): [number, number] {
  return extents.length === 1 ? [height, extents[0]!] : [extents[0]!, extents[1]!];
}

/** The pads before and behind an axis (0 height, 1 width), those that `auto_pad` stands for included. */
function padsOf(
  node: Node,
  dimensions: number,
  axis: 0 | 1,
  extent: number,
  kernel: number,
  stride: number,
  dilation: number
): [number, number] {
  if (dimensions === 1 && axis === 0) return [0, 0];
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (mode === 'VALID') return [0, 0];
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const outputs = Math.ceil(extent / stride);
    const missing = Math.max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0);
    const [less, more] = [Math.floor(missing / 2), Math.ceil(missing / 2)];
    return mode === 'SAME_UPPER' ? [less, more] : [more, less];
  }
  const pads = intsAttribute(node, 'pads') ?? [];
  const place = dimensions === 1 ? 0 : axis;
  const [before, after] = [pads[place] ?? 0, pads[place + dimensions] ?? 0];
  if (before < 0 || after < 0)
    refuse(node, 'Its pads must not be negative; cut the tensor with Slice instead.');
  return [before, after];
}

function refuse(node: Node, advice: string): never {
  throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', {
    operator: node.operator,
    node: nodeLabel(node),
    advice
  });
}
