import { f32 } from '../../numeric/float32.ts';
import { quantizeBias } from '../../quantization/bias.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';
import type { Layer } from '../analysis-types.ts';
import { makeNode } from '../onnx/index.ts';
import type { Initializer, Node } from '../onnx/index.ts';
import type { QuantizationPlan, QuantizedWeights } from '../quantization-plan.ts';
import type { IntegerOptions } from './lower-to-integers.ts';
import type { NewTensors } from './new-tensors.ts';
import { storedAsSignedBytes, type ByteCodes } from './stored-as-bytes.ts';

/**
 * A layer whose weights and bias are integers behind DequantizeLinear. A MatMul on rank 2 with a bias becomes a Gemm,
 * for which there is an integer kernel that adds the bias, too.
 * @param input the quantizer of what enters, or null where it stays in float; the weights are then quantized floats
 * @returns the nodes that replace the layer's old ones
 */
export function integerLayer(
  layer: Layer,
  node: Node,
  biasAdd: Node | null,
  input: ByteCodes | null,
  plan: QuantizationPlan,
  options: IntegerOptions,
  added: NewTensors
): ReadonlyMap<Node, readonly Node[]> {
  const weights = plan.weights.get(layer.name);
  if (weights === undefined) return new Map();
  const inputs = [...node.inputs];
  if (input === null) {
    inputs[1] = added.constant(`${layer.weight}.quantized`, layer.weightShape, weights.values);
    return new Map([[node, [{ ...node, inputs }]]]);
  }
  const weight = dequantizedWeights(layer, weights, input, options, added);
  inputs[1] = weight.outputs[0]!;
  if (layer.bias === null) return new Map([[node, [weight, { ...node, inputs }]]]);
  // A MatMul of more dimensions adds its bias in float, behind the integer product.
  if (biasAdd !== null && layer.outputShape.length !== 1)
    return new Map([[node, [weight, { ...node, inputs }]]]);

  const bias = dequantizedBias(
    layer,
    added.initializers.get(layer.bias)!,
    weights.quantizer,
    input,
    plan,
    added
  );
  inputs[2] = bias.outputs[0]!;
  if (biasAdd === null) return new Map([[node, [weight, bias, { ...node, inputs }]]]);
  const gemm = makeNode('Gemm', inputs, biasAdd.outputs, {}, node.name);
  return new Map<Node, readonly Node[]>([
    [node, []],
    [biasAdd, [weight, bias, gemm]]
  ]);
}

function dequantizedWeights(
  layer: Layer,
  { quantizer, codes }: QuantizedWeights,
  input: ByteCodes,
  { weightStorage }: IntegerOptions,
  added: NewTensors
): Node {
  const weights = storedAsSignedBytes(layer, quantizer, codes);
  const isUnsigned = weightStorage === 'uint8' && canSaturate(weights.codes, input);
  const stored = (values: Int32Array) =>
    isUnsigned ? Uint8Array.from(values, (value) => value + 128) : Int8Array.from(values);
  const shape = quantizer.axis === null ? [] : [quantizer.scale.length];
  const zeroPoints = new Int32Array(quantizer.scale.length).fill(weights.zeroPoint);
  return makeNode(
    'DequantizeLinear',
    [
      added.constant(`${layer.weight}.codes`, layer.weightShape, stored(weights.codes)),
      added.constant(`${layer.weight}.scale`, shape, quantizer.scale),
      added.constant(`${layer.weight}.zeroPoint`, shape, stored(zeroPoints))
    ],
    [added.name(`${layer.weight}.dequantized`)],
    quantizer.axis === null ? {} : { axis: quantizer.axis }
  );
}

/** What two products of neighbours may add up to before kernels without VNNI saturate. */
const pairLimit = 2 ** 15 - 1;

/** Whether two products of a weight code and an activation byte can exceed 16 bits; with few bits they cannot. */
function canSaturate(codes: Int32Array, input: ByteCodes): boolean {
  const largest = codes.reduce((maximum, code) => Math.max(maximum, Math.abs(code)), 0);
  return 2 * largest * input.high > pairLimit;
}

function dequantizedBias(
  layer: Layer,
  float: Initializer,
  weights: Quantizer,
  input: ByteCodes,
  plan: QuantizationPlan,
  added: NewTensors
): Node {
  const planned = plan.biases.get(layer.name);
  const { codes } = planned ?? quantizeBias(float.data as Float32Array, input.scale, weights.scale);
  const isPerChannel = weights.scale.length > 1;
  const scale = weights.scale.map((value) => f32(input.scale * value));
  return makeNode(
    'DequantizeLinear',
    [
      added.constant(`${layer.bias}.codes`, [codes.length], codes),
      added.constant(`${layer.bias}.scale`, isPerChannel ? [scale.length] : [], scale)
    ],
    [added.name(`${layer.bias}.dequantized`)],
    isPerChannel ? { axis: 0 } : {}
  );
}
