import protobuf from 'protobufjs';
import { BitlabError } from '../../../contract/index.ts';
import { checkGraph } from './check-graph.ts';
import type { ExternalData, ModelSource } from './external-data.ts';
import { toBigInt } from './integer64.ts';
import type { Attribute, AttributeValue, Dimension, Graph, Initializer, Model, Node } from './model.ts';
import type { ValueInfo, ValueType } from './model.ts';
import { byteLimit, readTensor } from './read-tensor.ts';
import { copied, modelMessage, typeMessage } from './schema.ts';
import type { WireAttribute, WireGraph, WireModel, WireNode, WireType, WireValueInfo } from './schema.ts';

/**
 * Reads an ONNX model and checks that its graph is one: every tensor has one origin, nothing depends on itself.
 * @param bytes the whole file
 * @param fileName for errors
 * @param external reads the files with weights beside it, where it has such
 * @throws MODEL_EMPTY, MODEL_NOT_ONNX, MODEL_TOO_LARGE, MODEL_EXTERNAL_DATA, MODEL_INVALID
 */
export function readModel(bytes: Uint8Array, fileName: string, external: ExternalData | null = null): Model {
  if (bytes.length === 0) throw new BitlabError('MODEL_EMPTY', { file: fileName });
  if (bytes.length > byteLimit) {
    throw new BitlabError('MODEL_TOO_LARGE', { file: fileName, bytes: bytes.length, limit: byteLimit });
  }
  const source: ModelSource = { file: fileName, external };
  const wire = decode<WireModel>(modelMessage, bytes, source);
  const irVersion = Number(toBigInt(wire.irVersion));
  if (!wire.graph || irVersion < 1 || irVersion > 1000) {
    throw new BitlabError('MODEL_NOT_ONNX', { file: fileName, reason: 'it holds no ONNX graph' });
  }
  return {
    irVersion,
    producerName: wire.producerName,
    producerVersion: wire.producerVersion,
    domain: wire.domain,
    modelVersion: toBigInt(wire.modelVersion),
    documentation: wire.docString,
    opsets: wire.opsetImport.map((opset) => ({
      domain: ownDomain(opset.domain),
      version: Number(toBigInt(opset.version)),
      unknown: copied(opset.$unknowns)
    })),
    metadata: wire.metadataProps.map((entry) => ({
      key: entry.key,
      value: entry.value,
      unknown: copied(entry.$unknowns)
    })),
    graph: checkGraph(readGraph(wire.graph, source)),
    unknown: copied(wire.$unknowns)
  };
}

function decode<Wire>(message: protobuf.Type, bytes: Uint8Array, source: ModelSource): Wire {
  // The plain reader, not Node's: it gives arrays of bytes, not Buffers.
  const reader = new protobuf.Reader(bytes);
  reader.discardUnknown = false;
  try {
    return message.decode(reader) as unknown as Wire;
  } catch (error) {
    // protobufjs throws a RangeError where the bytes end too early, and an Error for everything else.
    const reason = error instanceof RangeError ? 'it is cut off or damaged' : 'its content is no ONNX graph';
    throw new BitlabError('MODEL_NOT_ONNX', { file: source.file, reason }, { cause: error });
  }
}

/** ONNX's own domain has two names. */
const ownDomain = (domain: string) => (domain === 'ai.onnx' ? '' : domain);

function readGraph(wire: WireGraph, source: ModelSource): Graph {
  const initializers = new Map<string, Initializer>();
  for (const tensor of wire.initializer) {
    if (initializers.has(tensor.name)) {
      throw new BitlabError('MODEL_INVALID', { reason: `two initializers are named ${tensor.name}` });
    }
    initializers.set(tensor.name, readTensor(tensor, source));
  }
  return {
    name: wire.name,
    documentation: wire.docString,
    nodes: wire.node.map((node) => readNode(node, source)),
    initializers,
    inputs: wire.input.map((value) => readValueInfo(value, source)),
    outputs: wire.output.map((value) => readValueInfo(value, source)),
    valueInfos: wire.valueInfo.map((value) => readValueInfo(value, source)),
    unknown: copied(wire.$unknowns)
  };
}

function readNode(wire: WireNode, source: ModelSource): Node {
  const attributes = new Map(
    wire.attribute.map((attribute) => [attribute.name, readAttribute(attribute, source)])
  );
  return {
    name: wire.name,
    operator: wire.opType,
    domain: ownDomain(wire.domain),
    inputs: [...wire.input],
    outputs: [...wire.output],
    attributes,
    documentation: wire.docString,
    unknown: copied(wire.$unknowns)
  };
}

function readAttribute(wire: WireAttribute, source: ModelSource): Attribute {
  return {
    ...readAttributeValue(wire, source),
    documentation: wire.docString,
    unknown: copied(wire.$unknowns)
  };
}

/** The kinds by their numbers in AttributeProto.AttributeType. */
function readAttributeValue(wire: WireAttribute, source: ModelSource): AttributeValue {
  switch (wire.type) {
    case 1:
      return { kind: 'float', value: wire.f ?? 0 };
    case 2:
      return { kind: 'int', value: wire.i === undefined ? 0n : toBigInt(wire.i) };
    case 3:
      return { kind: 'string', value: new Uint8Array(wire.s ?? []) };
    case 4:
      if (!wire.t) break;
      return { kind: 'tensor', value: readTensor(wire.t, source) };
    case 5:
      if (!wire.g) break;
      return { kind: 'graph', value: readGraph(wire.g, source) };
    case 6:
      return { kind: 'floats', value: [...(wire.floats ?? [])] };
    case 7:
      return { kind: 'ints', value: (wire.ints ?? []).map(toBigInt) };
    case 8:
      return { kind: 'strings', value: (wire.strings ?? []).map((text) => new Uint8Array(text)) };
    case 10:
      return { kind: 'graphs', value: (wire.graphs ?? []).map((graph) => readGraph(graph, source)) };
    default:
      return { kind: 'other', type: wire.type };
  }
  throw new BitlabError('MODEL_INVALID', { reason: `the attribute ${wire.name} has no value` });
}

function readValueInfo(wire: WireValueInfo, source: ModelSource): ValueInfo {
  return {
    name: wire.name,
    type: wire.type === undefined || wire.type.length === 0 ? null : readValueType(wire.type, source),
    documentation: wire.docString,
    unknown: copied(wire.$unknowns)
  };
}

function readValueType(bytes: Uint8Array, source: ModelSource): ValueType {
  const encoded = new Uint8Array(bytes);
  const { tensorType } = decode<WireType>(typeMessage, encoded, source);
  if (!tensorType) return { kind: 'other', elementType: null, shape: null, encoded };
  const shape = tensorType.shape?.dim.map((dimension): Dimension => {
    // Own properties only: the others are protobufjs's defaults for fields that are not there.
    if (Object.hasOwn(dimension, 'dimValue')) return Number(toBigInt(dimension.dimValue!));
    return Object.hasOwn(dimension, 'dimParam') ? dimension.dimParam! : null;
  });
  return { kind: 'tensor', elementType: tensorType.elemType, shape: shape ?? null, encoded };
}
