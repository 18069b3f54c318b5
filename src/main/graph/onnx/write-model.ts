import type { TensorData } from '../../numeric/tensor.ts';
import { toWire64 } from './integer64.ts';
import type {
  Attribute,
  Graph,
  Initializer,
  Model,
  Node,
  UnknownFields,
  ValueInfo,
  ValueType
} from './model.ts';
import { modelMessage, typeMessage } from './schema.ts';
import type { WireAttribute, WireGraph, WireModel, WireNode, WireTensor, WireValueInfo } from './schema.ts';

/** The model as the bytes of an .onnx file. Elements of tensors are written as raw_data. */
export function writeModel(model: Model): Uint8Array {
  const wire: WireModel = {
    irVersion: toWire64(model.irVersion),
    producerName: model.producerName,
    producerVersion: model.producerVersion,
    domain: model.domain,
    modelVersion: toWire64(model.modelVersion),
    docString: model.documentation,
    graph: writeGraph(model.graph),
    opsetImport: model.opsets.map((opset) => ({
      domain: opset.domain,
      version: toWire64(opset.version),
      ...unknowns(opset.unknown)
    })),
    metadataProps: model.metadata.map((entry) => ({
      key: entry.key,
      value: entry.value,
      ...unknowns(entry.unknown)
    })),
    ...unknowns(model.unknown)
  };
  return modelMessage.encode(wire).finish();
}

const unknowns = (fields: UnknownFields) => (fields.length > 0 ? { $unknowns: fields } : {});

function writeGraph(graph: Graph): WireGraph {
  return {
    node: graph.nodes.map(writeNode),
    name: graph.name,
    initializer: [...graph.initializers.values()].map(writeTensor),
    docString: graph.documentation,
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
    valueInfo: graph.valueInfos.map(writeValueInfo),
    ...unknowns(graph.unknown)
  };
}

function writeNode(node: Node): WireNode {
  return {
    input: [...node.inputs],
    output: [...node.outputs],
    name: node.name,
    opType: node.operator,
    attribute: [...node.attributes].map(([name, attribute]) => writeAttribute(name, attribute)),
    docString: node.documentation,
    domain: node.domain,
    ...unknowns(node.unknown)
  };
}

function writeAttribute(name: string, attribute: Attribute): WireAttribute {
  const common = { name, docString: attribute.documentation, ...unknowns(attribute.unknown) };
  switch (attribute.kind) {
    case 'float':
      return { ...common, type: 1, f: attribute.value };
    case 'int':
      return { ...common, type: 2, i: toWire64(attribute.value) };
    case 'string':
      return { ...common, type: 3, s: attribute.value };
    case 'tensor':
      return { ...common, type: 4, t: writeTensor(attribute.value) };
    case 'graph':
      return { ...common, type: 5, g: writeGraph(attribute.value) };
    case 'floats':
      return { ...common, type: 6, floats: [...attribute.value] };
    case 'ints':
      return { ...common, type: 7, ints: attribute.value.map(toWire64) };
    case 'strings':
      return { ...common, type: 8, strings: [...attribute.value] };
    case 'graphs':
      return { ...common, type: 10, graphs: attribute.value.map(writeGraph) };
    case 'other':
      return { ...common, type: attribute.type };
  }
}

function writeTensor(tensor: Initializer): WireTensor {
  return {
    dims: tensor.shape.map(toWire64),
    dataType: tensor.elementType,
    name: tensor.name,
    rawData: bytesOf(tensor.data),
    docString: tensor.documentation,
    ...unknowns(tensor.unknown)
  };
}

const bytesOf = (data: TensorData) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function writeValueInfo(value: ValueInfo): WireValueInfo {
  return {
    name: value.name,
    ...(value.type === null ? {} : { type: value.type.encoded ?? encodeType(value.type) }),
    docString: value.documentation,
    ...unknowns(value.unknown)
  };
}

function encodeType(type: ValueType): Uint8Array {
  const dim = type.shape?.map((dimension) => {
    if (typeof dimension === 'number') return { dimValue: toWire64(dimension) };
    return typeof dimension === 'string' ? { dimParam: dimension } : {};
  });
  const shape = dim === undefined ? {} : { shape: { dim } };
  return typeMessage.encode({ tensorType: { elemType: type.elementType ?? 0, ...shape } }).finish();
}
