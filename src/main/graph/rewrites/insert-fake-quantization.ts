import { isOnGrid } from '../../quantization/grids/index.ts';
import type { Quantizer } from '../../quantization/quantizer.ts';
import type { GraphAnalysis } from '../analysis-types.ts';
import { connectionsOf } from '../connections.ts';
import { makeNode } from '../onnx/index.ts';
import type { Model, Node } from '../onnx/index.ts';
import type { QuantizationPlan } from '../quantization-plan.ts';
import { insertBehind, type Insertion } from './insert-behind.ts';
import { nearestLevelNodes } from './nearest-level-nodes.ts';
import { NewTensors } from './new-tensors.ts';
import { activationQuantizers, layerNodes } from './plan-lookup.ts';
import { withoutUnreachable } from './simplify.ts';

/**
 * The model in simulated arithmetic: behind each point of the plan stand Mul(1 / scale), Round, Clip(low - zero point,
 * high - zero point), Mul(scale), which is PyTorch's fake quantization to the bit (ONNX's Round is half to even), or, for a grid,
 * the search for the nearest level; weights
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

  const factorLengths = factorLengthsOf(analysis);
  const insertions = new Map<string, Insertion>();
  for (const [tensor, quantizer] of activationQuantizers(analysis, plan)) {
    const length = factorLengths.get(tensor) ?? 1;
    insertions.set(tensor, (input, output) =>
      isOnGrid(quantizer)
        ? nearestLevelNodes(input, output, quantizer, added)
        : fakeQuantizationNodes(input, output, quantizer, length, added)
    );
  }
  const graph = insertBehind({ ...model.graph, nodes }, insertions, '.quantized', added);
  return { ...model, graph: withoutUnreachable({ ...graph, initializers: added.initializers }) };
}

/**
 * ONNX Runtime moves a factor behind a convolution into its weights, if the factor is a scalar or has one entry for each
 * channel, and a factor next to a MatMul into the MatMul, if it has one entry. Either would change the rounding. So no
 * factor is a scalar: it has one entry, or next to a MatMul equal ones along the last axis.
 * @returns tensor -> the extent of its last axis, for the tensors that enter or leave a MatMul
 */
function factorLengthsOf(analysis: GraphAnalysis): ReadonlyMap<string, number> {
  const matMuls = analysis.layers.filter((layer) => layer.operator === 'MatMul');
  return new Map(
    matMuls.flatMap(({ input, output, weightShape }) => [
      [input, weightShape[0]!],
      [output, weightShape[1]!]
    ])
  );
}

function fakeQuantizationNodes(
  input: string,
  output: string,
  quantizer: Quantizer,
  factorLength: number,
  added: NewTensors
): Node[] {
  const scale = quantizer.scale[0]!;
  const zeroPoint = quantizer.zeroPoint[0]!;
  const factor = (value: number) => new Float32Array(factorLength).fill(value);
  const scaled = added.name(`${output}.scaled`);
  const rounded = added.name(`${output}.rounded`);
  const clipped = added.name(`${output}.clipped`);
  return [
    makeNode(
      'Mul',
      [input, added.constant(`${output}.inverse`, [factorLength], factor(1 / scale))],
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
    makeNode('Mul', [clipped, added.constant(`${output}.scale`, [factorLength], factor(scale))], [output])
  ];
}
