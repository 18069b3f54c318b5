import { BitlabError } from '../../../contract/index.ts';
import { floatAttribute, intAttribute, intsAttribute, makeAttribute, makeNode } from '../onnx/index.ts';
import { nodeLabel, opsetVersion, type Attribute, type Model, type Node } from '../onnx/index.ts';
import { NewTensors } from './new-tensors.ts';

/** What the rest of Bitlab expects: QuantizeLinear has an axis, and bounds, pads and axes are inputs, since this version. */
export const usualOpset = 13;

/** A node as the usual version writes it. @param added takes constants and makes names */
type Upgrade = (node: Node, added: NewTensors) => readonly Node[];

/** Operators that changed, the version that changed them, and how to write them since. */
const upgrades: ReadonlyMap<string, { readonly since: number; readonly upgrade: Upgrade }> = new Map([
  ['Clip', { since: 11, upgrade: clip }],
  ['Pad', { since: 11, upgrade: pad }],
  ['Slice', { since: 10, upgrade: slice }],
  ['Upsample', { since: 10, upgrade: upsample }],
  ['Resize', { since: 11, upgrade: resize }],
  ['TopK', { since: 10, upgrade: (node, added) => [withInput(node, 'k', 1, added)] }],
  ['Scatter', { since: 11, upgrade: (node) => [{ ...node, operator: 'ScatterElements' }] }],
  ['Dropout', { since: 12, upgrade: (node) => [without(node, 'ratio')] }],
  ['Squeeze', { since: 13, upgrade: (node, added) => [withInput(node, 'axes', 1, added)] }],
  ['Unsqueeze', { since: 13, upgrade: (node, added) => [withInput(node, 'axes', 1, added)] }],
  ['ReduceSum', { since: 13, upgrade: (node, added) => [withInput(node, 'axes', 1, added)] }],
  ['Split', { since: 13, upgrade: (node, added) => [withInput(node, 'split', 1, added)] }],
  ['Softmax', { since: 13, upgrade: overFlattened }],
  ['LogSoftmax', { since: 13, upgrade: overFlattened }],
  ['Hardmax', { since: 13, upgrade: overFlattened }]
]);

/**
 * The model with version 13 of ONNX's operators, if its own is older: what was an attribute in its version and is an input since
 * becomes one (the bounds of Clip, the pads of Pad, the axes of Squeeze ...), Upsample becomes Resize, and a Softmax over several
 * axes works on a flattened tensor. From version 7 on, whose broadcasting is today's.
 * @param model with its constants as initializers
 * @throws MODEL_OPERATOR_UNSUPPORTED for a node that has no equal in version 13
 */
export function raiseOpset(model: Model): Model {
  const version = opsetVersion(model);
  if (version >= usualOpset) return model;
  const added = new NewTensors(model.graph);
  const nodes = model.graph.nodes.flatMap((node) => {
    const change = node.domain === '' ? upgrades.get(node.operator) : undefined;
    return change === undefined || version >= change.since ? [node] : change.upgrade(node, added);
  });
  const opsets = model.opsets.map((entry) =>
    entry.domain === '' ? { ...entry, version: usualOpset } : entry
  );
  const graph = { ...model.graph, nodes, initializers: added.initializers };
  return { ...model, irVersion: Math.max(model.irVersion, 7), opsets, graph };
}

const int64 = (values: readonly number[]) => BigInt64Array.from(values, BigInt);

function without(node: Node, ...names: readonly string[]): Node {
  const attributes = new Map([...node.attributes].filter(([name]) => !names.includes(name)));
  return { ...node, attributes };
}

function withAttributes(node: Node, entries: Readonly<Record<string, Attribute>>): Node {
  return { ...node, attributes: new Map([...node.attributes, ...Object.entries(entries)]) };
}

/** Puts names behind the inputs that a node has, at fixed places. */
function withInputsAt(node: Node, place: number, names: readonly string[]): Node {
  const before = Array.from({ length: place }, (_, i) => node.inputs[i] ?? '');
  return { ...node, inputs: [...before, ...names] };
}

/** An attribute of whole numbers as an input; where it is left out, the input is, too. */
function withInput(node: Node, name: string, place: number, added: NewTensors): Node {
  const values = intsAttribute(node, name);
  const single = node.attributes.get(name);
  const given = values ?? (single?.kind === 'int' ? [Number(single.value)] : null);
  if (given === null) return node;
  const input = added.constant(`${outputOf(node)}.${name}`, [given.length], int64(given));
  return withInputsAt(without(node, name), place, [input]);
}

const outputOf = (node: Node) => node.outputs[0] ?? '';

/** Where a bound is left out, Clip-6 has the ends of float32. */
function clip(node: Node, added: NewTensors): Node[] {
  const bound = (name: 'min' | 'max') => {
    if (!node.attributes.has(name)) return '';
    const value = Float32Array.of(floatAttribute(node, name, 0));
    return added.constant(`${outputOf(node)}.${name}`, [], value);
  };
  return [withInputsAt(without(node, 'min', 'max'), 1, [bound('min'), bound('max')])];
}

function pad(node: Node, added: NewTensors): Node[] {
  const pads = intsAttribute(node, 'pads') ?? [];
  const value = Float32Array.of(floatAttribute(node, 'value', 0));
  const inputs = [
    added.constant(`${outputOf(node)}.pads`, [pads.length], int64(pads)),
    added.constant(`${outputOf(node)}.value`, [], value)
  ];
  return [withInputsAt(without(node, 'pads', 'value'), 1, inputs)];
}

function slice(node: Node, added: NewTensors): Node[] {
  const starts = intsAttribute(node, 'starts') ?? [];
  const ends = intsAttribute(node, 'ends') ?? [];
  const axes = intsAttribute(node, 'axes') ?? Array.from(starts.keys());
  const inputs = Object.entries({ starts, ends, axes }).map(([name, values]) =>
    added.constant(`${outputOf(node)}.${name}`, [values.length], int64(values))
  );
  return [withInputsAt(without(node, 'starts', 'ends', 'axes'), 1, inputs)];
}

/** Upsample and the first Resize round coordinates down, without a shift by half a pixel. */
function resized(node: Node, scales: string, added: NewTensors): Node[] {
  const region = added.constant(`${outputOf(node)}.region`, [0], new Float32Array(0));
  const attributes = {
    coordinate_transformation_mode: makeAttribute('asymmetric'),
    nearest_mode: makeAttribute('floor')
  };
  const plain = withAttributes(without(node, 'scales'), attributes);
  return [{ ...withInputsAt(plain, 1, [region, scales]), operator: 'Resize' }];
}

function upsample(node: Node, added: NewTensors): Node[] {
  const attribute = node.attributes.get('scales');
  if (attribute?.kind !== 'floats') return resize(node, added);
  const scales = Float32Array.from(attribute.value);
  return resized(node, added.constant(`${outputOf(node)}.scales`, [scales.length], scales), added);
}

function resize(node: Node, added: NewTensors): Node[] {
  const scales = node.inputs[1] ?? '';
  if (scales !== '') return resized(node, scales, added);
  const advice = 'It has no scales; export the model for opset 13 or later.';
  throw new BitlabError('MODEL_OPERATOR_UNSUPPORTED', {
    operator: node.operator,
    node: nodeLabel(node),
    advice
  });
}

/** Before version 13 these ran over all axes from `axis` (1) on, as if they were one. */
function overFlattened(node: Node, added: NewTensors): Node[] {
  const axis = intAttribute(node, 'axis', 1);
  const last = makeAttribute(-1);
  if (axis === -1) return [withAttributes(node, { axis: last })];
  const [input = ''] = node.inputs;
  const output = outputOf(node);
  const name = (what: string) => added.name(`${output}.${what}`);
  const [shape, flat, result] = [name('shape'), name('flat'), name('flatResult')];
  return [
    makeNode('Shape', [input], [shape]),
    makeNode('Flatten', [input], [flat], { axis }),
    { ...withAttributes(node, { axis: last }), inputs: [flat], outputs: [result] },
    makeNode('Reshape', [result, shape], [output])
  ];
}
