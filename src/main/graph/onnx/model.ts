import type { Tensor, TensorData } from '../../numeric/tensor.ts';
import type { ElementType } from './element-type.ts';

/** Fields of the file that Bitlab does not know, encoded with their tags; they are written back as they were. */
export type UnknownFields = readonly Uint8Array[];

/** An ONNX model in memory. Nothing in it is ever changed in place: a rewrite makes a new model. */
export interface Model {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: bigint;
  readonly documentation: string;
  readonly opsets: readonly Opset[];
  readonly metadata: readonly MetadataEntry[];
  readonly graph: Graph;
  readonly unknown: UnknownFields;
}

/** A set of operators that the model uses. The domain of ONNX's own operators is the empty string. */
export interface Opset {
  readonly domain: string;
  readonly version: number;
  readonly unknown: UnknownFields;
}

export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
  readonly unknown: UnknownFields;
}

export interface Graph {
  readonly name: string;
  readonly documentation: string;
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** What the file says about tensors inside of the graph. */
  readonly valueInfos: readonly ValueInfo[];
  readonly unknown: UnknownFields;
}

/** A tensor of constants. Floats of 16 and 8 bits are held as their bits. */
export interface Initializer<Data extends TensorData = TensorData> extends Tensor<Data> {
  readonly name: string;
  readonly elementType: ElementType;
  readonly documentation: string;
  readonly unknown: UnknownFields;
}

export interface Node {
  readonly name: string;
  readonly operator: string;
  /** The empty string for ONNX's own operators. */
  readonly domain: string;
  /** Names of tensors; the empty string for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly documentation: string;
  readonly unknown: UnknownFields;
}

export type AttributeValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'tensor'; readonly value: Initializer }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly bigint[] }
  | { readonly kind: 'strings'; readonly value: readonly Uint8Array[] }
  | { readonly kind: 'graphs'; readonly value: readonly Graph[] }
  /** A kind that Bitlab does not read; its value is among the unknown fields. */
  | { readonly kind: 'other'; readonly type: number };

export type Attribute = AttributeValue & { readonly documentation: string; readonly unknown: UnknownFields };

/** A dimension: its extent, the name of a symbolic one, or null where nothing is said. */
export type Dimension = number | string | null;

/** The type of a value: element type and shape of a tensor (null where nothing is said), or something else. */
export interface ValueType {
  readonly kind: 'tensor' | 'other';
  readonly elementType: number | null;
  readonly shape: readonly Dimension[] | null;
  /** The type as it stood in the file, or null for a type that was made here. */
  readonly encoded: Uint8Array | null;
}

export interface ValueInfo {
  readonly name: string;
  /** Null where the file does not say; ONNX Runtime then infers it. */
  readonly type: ValueType | null;
  readonly documentation: string;
  readonly unknown: UnknownFields;
}

/** The version of ONNX's own operators that the model uses. */
export function opsetVersion(model: Model): number {
  return model.opsets.find((opset) => opset.domain === '')?.version ?? 0;
}

/** What an error calls a node: its name, or its first output where it has none. */
export const nodeLabel = (node: Node): string =>
  node.name || node.outputs.find((output) => output !== '') || '?';
