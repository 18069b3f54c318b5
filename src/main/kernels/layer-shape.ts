import type { LayerShape, ReductionOrder } from './integer-kernels.ts';

/** Height and width of what a convolution gives. */
export function convolutionOutput(shape: Extract<LayerShape, { kind: 'convolution' }>): [number, number] {
  const extent = (axis: 0 | 1) => {
    const padded = shape.input[axis + 1]! + shape.pads[axis]! + shape.pads[axis + 2]!;
    const reach = (shape.kernel[axis] - 1) * shape.dilations[axis] + 1;
    return Math.floor((padded - reach) / shape.strides[axis]) + 1;
  };
  return [extent(0), extent(1)];
}

export const outputChannels = (shape: LayerShape): number =>
  shape.kind === 'product' ? shape.outputs : shape.outputChannels;

/** How many codes enter for one sample. */
export const inputElements = (shape: LayerShape): number =>
  shape.kind === 'product' ? shape.rows * shape.inputs : shape.input[0] * shape.input[1] * shape.input[2];

/** How many codes leave for one sample. */
export function outputElements(shape: LayerShape): number {
  if (shape.kind === 'product') return shape.rows * shape.outputs;
  const [height, width] = convolutionOutput(shape);
  return shape.outputChannels * height * width;
}

/** How many products each sum has. */
export const reductionLength = (shape: LayerShape): number =>
  shape.kind === 'product'
    ? shape.inputs
    : (shape.input[0] / shape.groups) * shape.kernel[0] * shape.kernel[1];

/** Position in the reduction -> position among the weights of one output channel. */
export function reductionIndices(shape: LayerShape, order: ReductionOrder): Int32Array {
  const length = reductionLength(shape);
  if (shape.kind === 'product' || order === 'channel-outermost')
    return Int32Array.from({ length }, (_, k) => k);
  const window = shape.kernel[0] * shape.kernel[1];
  const channels = length / window;
  return Int32Array.from({ length }, (_, k) => (k % channels) * window + Math.floor(k / channels));
}
