import { elementType, intAttribute, isFloat, type Graph, type Node } from './onnx/index.ts';

/** Operators whose output is not float whatever enters: shapes, indices and comparisons. */
const neverFloat = new Set([
  'Shape',
  'Size',
  'ArgMax',
  'ArgMin',
  'NonZero',
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'And',
  'Or',
  'Not',
  'Xor',
  'IsNaN',
  'IsInf',
  'QuantizeLinear'
]);

/**
 * The tensors that hold floats; the others are shapes, indices and masks. An operator's outputs hold what its first
 * input holds, but for the operators that say otherwise.
 */
export function floatTensors(graph: Graph): ReadonlySet<string> {
  const floats = new Set<string>();
  for (const [name, tensor] of graph.initializers) if (isFloat(tensor.elementType)) floats.add(name);
  for (const input of graph.inputs)
    if (isFloat(input.type?.elementType ?? elementType.float32)) floats.add(input.name);
  for (const node of graph.nodes) {
    node.outputs.forEach((output, index) => {
      if (output !== '' && givesFloat(node, index, floats)) floats.add(output);
    });
  }
  return floats;
}

function givesFloat(node: Node, output: number, floats: ReadonlySet<string>): boolean {
  const { operator } = node;
  if (neverFloat.has(operator)) return false;
  if (operator === 'Cast') return isFloat(intAttribute(node, 'to', elementType.float32));
  // The second output of these holds indices or a mask.
  if (output === 1 && ['MaxPool', 'TopK', 'Dropout'].includes(operator)) return false;
  if (operator === 'Constant' || operator === 'ConstantOfShape') {
    const value = node.attributes.get('value');
    if (value?.kind === 'tensor') return isFloat(value.value.elementType);
    return (
      operator === 'ConstantOfShape' ||
      node.attributes.has('value_float') ||
      node.attributes.has('value_floats')
    );
  }
  if (operator === 'Where' || operator === 'OneHot')
    return floats.has(node.inputs[operator === 'Where' ? 1 : 2] ?? '');
  if (operator === 'DequantizeLinear') return true;
  return floats.has(node.inputs[0] ?? '');
}
