import protobuf from 'protobufjs';

/**
 * The part of ONNX's protocol buffers that Bitlab understands, with the field numbers of the ONNX IR specification
 * (onnx.in.proto, IR version 12). Fields that are not listed travel through a model untouched, as unknown fields.
 * The type of a value is declared as bytes: it is decoded apart, so that a type which Bitlab does not understand
 * (a sequence, a map) can be written back as it was.
 */
const schema = `
syntax = "proto2";
package onnx;

message ModelProto {
  optional int64 ir_version = 1;
  optional string producer_name = 2;
  optional string producer_version = 3;
  optional string domain = 4;
  optional int64 model_version = 5;
  optional string doc_string = 6;
  optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
  repeated StringStringEntryProto metadata_props = 14;
}

message OperatorSetIdProto {
  optional string domain = 1;
  optional int64 version = 2;
}

message StringStringEntryProto {
  optional string key = 1;
  optional string value = 2;
}

message GraphProto {
  repeated NodeProto node = 1;
  optional string name = 2;
  repeated TensorProto initializer = 5;
  optional string doc_string = 10;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
  repeated ValueInfoProto value_info = 13;
}

message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string op_type = 4;
  repeated AttributeProto attribute = 5;
  optional string doc_string = 6;
  optional string domain = 7;
}

message AttributeProto {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  optional bytes s = 4;
  optional TensorProto t = 5;
  optional GraphProto g = 6;
  repeated float floats = 7;
  repeated int64 ints = 8;
  repeated bytes strings = 9;
  repeated GraphProto graphs = 11;
  optional string doc_string = 13;
  optional int32 type = 20;
}

message TensorProto {
  repeated int64 dims = 1;
  optional int32 data_type = 2;
  repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true];
  repeated int64 int64_data = 7 [packed = true];
  optional string name = 8;
  optional bytes raw_data = 9;
  repeated double double_data = 10 [packed = true];
  repeated uint64 uint64_data = 11 [packed = true];
  optional string doc_string = 12;
  repeated StringStringEntryProto external_data = 13;
  optional int32 data_location = 14;
}

message ValueInfoProto {
  optional string name = 1;
  optional bytes type = 2;
  optional string doc_string = 3;
}

message TypeProto {
  message Tensor {
    optional int32 elem_type = 1;
    optional TensorShapeProto shape = 2;
  }
  optional Tensor tensor_type = 1;
}

message TensorShapeProto {
  message Dimension {
    optional int64 dim_value = 1;
    optional string dim_param = 2;
  }
  repeated Dimension dim = 1;
}
`;

const { root } = protobuf.parse(schema);

export const modelMessage = root.lookupType('onnx.ModelProto');
export const typeMessage = root.lookupType('onnx.TypeProto');

/** Unknown fields of a message, each with its tag, as protobufjs hands them over and takes them back. */
interface Unknowns {
  readonly $unknowns?: readonly Uint8Array[];
}

/** Copies, since what protobufjs gives are views that would keep the whole file in memory. */
export const copied = (fields: readonly Uint8Array[] = []) => fields.map((field) => new Uint8Array(field));

/** A 64-bit integer as protobufjs reads it (a Long) and writes it. */
export interface Wire64 {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

export interface WireModel extends Unknowns {
  irVersion: Wire64;
  producerName: string;
  producerVersion: string;
  domain: string;
  modelVersion: Wire64;
  docString: string;
  graph: WireGraph | null;
  opsetImport: WireOpset[];
  metadataProps: WireEntry[];
}

export interface WireOpset extends Unknowns {
  domain: string;
  version: Wire64;
}

export interface WireEntry extends Unknowns {
  key: string;
  value: string;
}

export interface WireGraph extends Unknowns {
  node: WireNode[];
  name: string;
  initializer: WireTensor[];
  docString: string;
  input: WireValueInfo[];
  output: WireValueInfo[];
  valueInfo: WireValueInfo[];
}

export interface WireNode extends Unknowns {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: WireAttribute[];
  docString: string;
  domain: string;
}

export interface WireAttribute extends Unknowns {
  name: string;
  f?: number;
  i?: Wire64;
  s?: Uint8Array;
  t?: WireTensor | null;
  g?: WireGraph | null;
  floats?: number[];
  ints?: Wire64[];
  strings?: Uint8Array[];
  graphs?: WireGraph[];
  docString: string;
  type: number;
}

export interface WireTensor extends Unknowns {
  dims: Wire64[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Wire64[];
  name: string;
  rawData?: Uint8Array;
  doubleData?: number[];
  uint64Data?: Wire64[];
  docString: string;
  externalData?: WireEntry[];
  dataLocation?: number;
}

export interface WireValueInfo extends Unknowns {
  name: string;
  type?: Uint8Array;
  docString: string;
}

export interface WireType extends Unknowns {
  tensorType?: {
    elemType: number;
    shape?: { dim: { dimValue?: Wire64; dimParam?: string }[] } | null;
  } | null;
}
