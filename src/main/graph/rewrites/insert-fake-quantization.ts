import type { Quantizer } from '../../quantization/quantizer.ts';
import type { GraphAnalysis, Layer } from '../analysis-types.ts';
import { connectionsOf } from '../connections.ts';
import { makeNode } from '../onnx/index.ts';
import type { Model, Node } from '../onnx/index.ts';
import type { QuantizationPlan } from '../quantization-plan.ts';
import { insertBehind, type Insertion } from './insert-behind.ts';
import { NewTensors } from './new-tensors.ts';
import { activationQuantizers, layerNodes } from './plan-lookup.ts';
import { withoutUnreachable } from './simplify.ts';

/**
 * The model in simulated arithmetic: behind each point of the plan stand Mul(1 / scale), Round, Clip(low - zero point,
 * high - zero point), Mul(scale), which is PyTorch's fake quantization to the bit (ONNX's Round is half to even); weights
 * and biases of the plan replace the layers' own. The fake-quantized tensor `t` is called `t.quantized`.
 * @throws CONFIGURATION_CONFLICT for activations that are quantized per channel
 */
export function insertFakeQuantization(model: Model, analysis: GraphAnalysis, plan: QuantizationPlan): Model {
  const connections = connectionsOf(model.graph);
  const added = new NewTensors(model.graph);

  const replaced = new Map<Node, Node>();
  for (const layer of analysis.layers) {
    const { node, biasAdd } = layerNodes(layer, connections);
    const weights = plan.weights.get(layer.name);
    const bias = layer.bias === null ? undefined : plan.biases.get(layer.name);
    const inputs = [...node.inputs];
    if (weights !== undefined)
      inputs[1] = added.constant(`${layer.weight}.quantized`, layer.weightShape, weights.values);
    if (bias !== undefined) {
      const name = added.constant(
        `${layer.bias}.quantized`,
        added.initializers.get(layer.bias!)!.shape,
        bias.values
      );
      if (biasAdd === null) inputs[2] = name;
      else
        replaced.set(biasAdd, {
          ...biasAdd,
          inputs: biasAdd.inputs.map((old) => (old === layer.bias ? name : old))
        });
    }
    replaced.set(node, { ...node, inputs });
  }
  const nodes = model.graph.nodes.map((node) => replaced.get(node) ?? node);

  const convolutions = new Set(
    analysis.layers.filter(isConvolution).flatMap((layer) => [layer.output, layer.fusedOutput])
  );
  const insertions = new Map<string, Insertion>();
  for (const [tensor, quantizer] of activationQuantizers(analysis, plan)) {
    insertions.set(tensor, (input, output) =>
      fakeQuantizationNodes(input, output, quantizer, inverseShape(convolutions.has(tensor)), added)
    );
  }
  const graph = insertBehind({ ...model.graph, nodes }, insertions, '.quantized', added);
  return { ...model, graph: withoutUnreachable({ ...graph, initializers: added.initializers }) };
}

const isConvolution = (layer: Layer) => layer.operator === 'Conv';

/**
 * ONNX Runtime moves a factor behind a convolution into its weights, if the factor's shape is [] or [C, 1, 1] or alike,
 * and one next to a MatMul into the MatMul, if it is [] or [1]. Either would change the rounding, so that the factors
 * get the shape that neither of the two recognises.
 */
const inverseShape = (behindConvolution: boolean) => (behindConvolution ? [1] : scaleShape);
const scaleShape: readonly number[] = [1, 1];

function fakeQuantizationNodes(
  input: string,
  output: string,
  quantizer: Quantizer,
  shape: readonly number[],
  added: NewTensors
): Node[] {
  const scale = quantizer.scale[0]!;
  const zeroPoint = quantizer.zeroPoint[0]!;
  const scaled = added.name(`${output}.scaled`);
  const rounded = added.name(`${output}.rounded`);
  const clipped = added.name(`${output}.clipped`);
  return [
    makeNode(
      'Mul',
      [input, added.constant(`${output}.inverse`, shape, Float32Array.of(1 / scale))],
      [scaled]
    ),
    makeNode('Round', [scaled], [rounded]),
    makeNode(
      'Clip',
      [
        rounded,
        added.constant(`${output}.low`, [], Float32Array.of(quantizer.low - zeroPoint)),
        added.constant(`${output}.high`, [], Float32Array.of(quantizer.high - zeroPoint))
      ],
      [clipped]
    ),
    makeNode(
      'Mul',
      [clipped, added.constant(`${output}.scale`, scaleShape, Float32Array.of(scale))],
      [output]
    )
  ];
}
