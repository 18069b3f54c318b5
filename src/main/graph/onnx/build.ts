import type { TensorData } from '../../numeric/tensor.ts';
import { makeAttribute, type AttributeLiteral } from './attributes.ts';
import { elementType, type ElementType } from './element-type.ts';
import type { Dimension, Initializer, Model, Node, ValueInfo } from './model.ts';

/** A node of ONNX's own operators, unless `domain` is given. */
export function makeNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
  name = '',
  domain = ''
): Node {
  return {
    name,
    operator,
    domain,
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes).map(([key, literal]) => [key, makeAttribute(literal)])),
    documentation: '',
    unknown: []
  };
}

/** The element type that fits an array; a Uint16Array is taken for uint16, not for float16. */
function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return elementType.float32;
  if (data instanceof Float64Array) return elementType.float64;
  if (data instanceof Int8Array) return elementType.int8;
  if (data instanceof Uint8Array) return elementType.uint8;
  if (data instanceof Int16Array) return elementType.int16;
  if (data instanceof Uint16Array) return elementType.uint16;
  if (data instanceof Int32Array) return elementType.int32;
  if (data instanceof Uint32Array) return elementType.uint32;
  return data instanceof BigInt64Array ? elementType.int64 : elementType.uint64;
}

export function makeInitializer<Data extends TensorData>(
  name: string,
  shape: readonly number[],
  data: Data
): Initializer<Data> {
  return { name, shape, data, elementType: elementTypeOf(data), documentation: '', unknown: [] };
}

/** A float32 tensor; a dimension is its extent, the name of a symbolic one, or null where nothing is said. */
export function makeFloatValue(name: string, shape: readonly Dimension[]): ValueInfo {
  const type = { kind: 'tensor', elementType: elementType.float32, shape, encoded: null } as const;
  return { name, type, documentation: '', unknown: [] };
}

/** A value of which only the name is known; ONNX Runtime infers its type. */
export const makeUntypedValue = (name: string): ValueInfo => ({
  name,
  type: null,
  documentation: '',
  unknown: []
});

/** A model around a graph, for opset 17 unless told otherwise. */
export function makeModel(graph: {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly opset?: number;
}): Model {
  return {
    irVersion: 8,
    producerName: 'bitlab',
    producerVersion: '',
    domain: '',
    modelVersion: 0n,
    documentation: '',
    opsets: [{ domain: '', version: graph.opset ?? 17, unknown: [] }],
    metadata: [],
    graph: {
      name: 'graph',
      documentation: '',
      nodes: graph.nodes,
      initializers: new Map(graph.initializers.map((tensor) => [tensor.name, tensor])),
      inputs: graph.inputs,
      outputs: graph.outputs,
      valueInfos: [],
      unknown: []
    },
    unknown: []
  };
}
