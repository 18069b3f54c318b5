import protobuf from 'protobufjs';
import type { Attribute, AttributeValue, Graph, Node } from './model.ts';

/** The integer attribute of a node, or the default of the operator where it is left out. */
export function intAttribute(node: Node, name: string, otherwise: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' ? Number(attribute.value) : otherwise;
}

export function floatAttribute(node: Node, name: string, otherwise: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'float' ? attribute.value : otherwise;
}

export function intsAttribute(node: Node, name: string): readonly number[] | null {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'ints' ? attribute.value.map(Number) : null;
}

export function stringAttribute(node: Node, name: string, otherwise: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'string' ? String.fromCharCode(...attribute.value) : otherwise;
}

/** The graphs inside of a node: the branches of an If, the body of a Loop or Scan. */
export function subgraphs(node: Node): Graph[] {
  return [...node.attributes.values()].flatMap((attribute) => {
    if (attribute.kind === 'graph') return [attribute.value];
    return attribute.kind === 'graphs' ? [...attribute.value] : [];
  });
}

/** What an operator's attribute may be given as; a whole number becomes an int, others need `{ float: 0.5 }`. */
export type AttributeLiteral = number | string | readonly number[] | { readonly float: number };

export function makeAttribute(literal: AttributeLiteral): Attribute {
  return { ...valueOf(literal), documentation: '', unknown: [] };
}

function valueOf(literal: AttributeLiteral): AttributeValue {
  if (typeof literal === 'number') return { kind: 'int', value: BigInt(literal) };
  if (typeof literal === 'string') return { kind: 'string', value: encodeText(literal) };
  if ('float' in literal) return { kind: 'float', value: literal.float };
  return { kind: 'ints', value: literal.map(BigInt) };
}

function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(protobuf.util.utf8.length(text));
  protobuf.util.utf8.write(text, bytes, 0);
  return bytes;
}
