import { BitlabError } from '../../contract/index.ts';
import { elementType, elementTypeName, isFloat, nodeLabel, opsetVersion, subgraphs } from './onnx/index.ts';
import type { Graph, Model, Node, ValueInfo } from './onnx/index.ts';

/** Operators broadcast as they do today since this version; what else changed later is rewritten. */
const oldestOpset = 7;

/**
 * Refuses what no part of Bitlab can handle: control flow, operators of other domains, models that are quantized
 * already, more than one input or output, values that are no float tensors, and operator sets that are too old.
 * @throws MODEL_OPERATOR_UNSUPPORTED, MODEL_INPUT_UNSUPPORTED, MODEL_INVALID
 */
export function checkSupported(model: Model): { readonly input: ValueInfo; readonly output: ValueInfo } {
  const { graph } = model;
  for (const node of graph.nodes) checkNode(node);
  const opset = opsetVersion(model);
  if (opset < oldestOpset) {
    const reason = `it uses version ${opset} of ONNX's operators, and Bitlab needs ${oldestOpset} or later (17 is a good choice)`;
    throw new BitlabError('MODEL_INVALID', { reason });
  }
  const inputs = graph.inputs.filter((input) => !graph.initializers.has(input.name));
  const input = only(inputs, 'inputs');
  const output = only(graph.outputs, 'outputs');
  checkType(input);
  checkType(output);
  if (input.type!.shape !== null && input.type!.shape.length < 2) {
    refuseValue(
      input,
      `it has ${input.type!.shape.length} dimensions, and a batch of samples has at least 2`
    );
  }
  checkWeights(graph);
  return { input, output };
}

function checkNode(node: Node): void {
  const advice = adviceAgainst(node);
  if (advice === null) return;
  const operator = node.domain === '' ? node.operator : `${node.domain}::${node.operator}`;
  throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', { operator, node: nodeLabel(node), advice });
}

function adviceAgainst(node: Node): string | null {
  if (subgraphs(node).length > 0 || ['If', 'Loop', 'Scan'].includes(node.operator)) {
    return 'Export the model without control flow, for instance traced with an example input instead of scripted.';
  }
  if (node.domain !== '') return "Export the model with ONNX's own operators only.";
  if (node.operator.startsWith('Sequence') || node.operator.startsWith('Optional')) {
    return 'Export the model so that it uses tensors only.';
  }
  if (/^Random|^Multinomial$|^Bernoulli$/.test(node.operator)) {
    return 'Export the model in evaluation mode, so that equal inputs have equal outputs.';
  }
  if (/QuantizeLinear|^QLinear|Integer$|^DequantizeLinear/.test(node.operator)) {
    return 'The model is quantized already; import the float model that it was made from.';
  }
  return null;
}

function only(values: readonly ValueInfo[], what: string): ValueInfo {
  const [first] = values;
  if (first !== undefined && values.length === 1) return first;
  const names = values.map((value) => value.name).join(', ');
  const reason = `the model has ${values.length} ${what}`;
  throw new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: names || '(none)', reason });
}

function checkType(value: ValueInfo): void {
  const { type } = value;
  if (type === null || type.kind !== 'tensor') refuseValue(value, 'it is not a tensor');
  if (type.elementType !== elementType.float32) {
    refuseValue(value, `its elements are ${elementTypeName(type.elementType ?? 0)}`);
  }
}

function refuseValue(value: ValueInfo, reason: string): never {
  throw new BitlabError('MODEL_INPUT_UNSUPPORTED', { input: value.name, reason });
}

/** Weights of 16 or 64 bits beside a float32 input would come with casts all over the graph. */
function checkWeights(graph: Graph): void {
  for (const node of graph.nodes) {
    if (!['Conv', 'Gemm', 'MatMul'].includes(node.operator)) continue;
    const weight = graph.initializers.get(node.inputs[1] ?? '');
    if (weight === undefined || weight.elementType === elementType.float32 || !isFloat(weight.elementType))
      continue;
    const advice = `Export the model in float32; ${weight.name} is ${elementTypeName(weight.elementType)}.`;
    throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', {
      operator: node.operator,
      node: nodeLabel(node),
      advice
    });
  }
}
