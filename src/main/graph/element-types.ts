import { elementType, intAttribute, type Graph, type Node } from './onnx/index.ts';

const booleanOperators = new Set([
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
  'IsInf'
]);

const int64Operators = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero']);

/** The element type of every tensor. An operator's outputs have the type of its first input, but for those listed. */
export function elementTypes(graph: Graph): ReadonlyMap<string, number> {
  const types = new Map<string, number>();
  for (const [name, tensor] of graph.initializers) types.set(name, tensor.elementType);
  for (const input of graph.inputs) types.set(input.name, input.type?.elementType ?? elementType.float32);
  for (const node of graph.nodes) {
    node.outputs.forEach((output, index) => types.set(output, typeOf(node, index, types)));
  }
  return types;
}

function typeOf(node: Node, output: number, types: ReadonlyMap<string, number>): number {
  const { operator } = node;
  if (booleanOperators.has(operator)) return elementType.bool;
  if (int64Operators.has(operator)) return elementType.int64;
  if (operator === 'Cast') return intAttribute(node, 'to', elementType.float32);
  if (output === 1 && (operator === 'MaxPool' || operator === 'TopK')) return elementType.int64;
  if (output === 1 && operator === 'Dropout') return elementType.bool;
  if (operator === 'Constant' || operator === 'ConstantOfShape') {
    const value = node.attributes.get('value');
    if (value?.kind === 'tensor') return value.value.elementType;
    return node.attributes.has('value_int') || node.attributes.has('value_ints')
      ? elementType.int64
      : elementType.float32;
  }
  const place = operator === 'Where' ? 1 : operator === 'OneHot' ? 2 : 0;
  return types.get(node.inputs[place] ?? '') ?? elementType.float32;
}
