import fc from 'fast-check';
import { makeAttribute, type Model, type Node } from '../../src/main/graph/index.ts';

/** One change of a model that is a model still, as far as its bytes go. */
export type ModelMutation =
  | { readonly kind: 'attribute'; readonly node: number; readonly which: number; readonly value: number }
  | { readonly kind: 'input'; readonly node: number; readonly which: number; readonly tensor: number }
  | { readonly kind: 'operator'; readonly node: number; readonly operator: string }
  | { readonly kind: 'numbers'; readonly tensor: number; readonly place: number; readonly value: number }
  | { readonly kind: 'shape'; readonly tensor: number; readonly axis: number; readonly value: number }
  | { readonly kind: 'inputShape'; readonly axis: number; readonly value: number }
  | { readonly kind: 'opset' | 'ir'; readonly version: number }
  | { readonly kind: 'drop'; readonly node: number };

const operators = [
  'Conv',
  'ConvTranspose',
  'Gemm',
  'MatMul',
  'Relu',
  'Clip',
  'Softmax',
  'Concat',
  'Split',
  'Reshape',
  'Squeeze',
  'Pad',
  'Slice',
  'Upsample',
  'BatchNormalization',
  'ReduceSum',
  'Dropout',
  'Constant',
  'If',
  ''
];
const place = fc.nat(1000);
/** Nothing between the small and the absurd: a network for pictures of 65,536 pixels a side may take its time. */
const extent = fc.constantFrom(...[-(2 ** 31), -2, -1, 0, 1, 2, 3, 7, 99, 2 ** 31, 2 ** 40, 2 ** 53 - 1]);

export const modelMutations: fc.Arbitrary<ModelMutation[]> = fc.array(
  fc.oneof<fc.Arbitrary<ModelMutation>[]>(
    fc.record({ kind: fc.constant('attribute'), node: place, which: place, value: extent }),
    fc.record({ kind: fc.constant('input'), node: place, which: fc.nat(4), tensor: place }),
    fc.record({ kind: fc.constant('operator'), node: place, operator: fc.constantFrom(...operators) }),
    fc.record({ kind: fc.constant('numbers'), tensor: place, place, value: extent }),
    fc.record({ kind: fc.constant('shape'), tensor: place, axis: fc.nat(4), value: extent }),
    fc.record({ kind: fc.constant('inputShape'), axis: fc.nat(3), value: extent }),
    fc.record({ kind: fc.constantFrom('opset', 'ir'), version: fc.integer({ min: 0, max: 30 }) }),
    fc.record({ kind: fc.constant('drop'), node: place })
  ),
  { minLength: 1, maxLength: 3 }
);

const at = <Value>(values: readonly Value[], place: number): Value => values[place % values.length]!;

/** A model with changes made one after another. */
export function mutatedModel(original: Model, mutations: readonly ModelMutation[]): Model {
  return mutations.reduce(changed, original);
}

function changed(model: Model, mutation: ModelMutation): Model {
  const { graph } = model;
  const { nodes, initializers } = graph;
  const withNode = (node: number, change: (old: Node) => Node): Model => {
    const index = node % Math.max(nodes.length, 1);
    return { ...model, graph: { ...graph, nodes: nodes.map((old, i) => (i === index ? change(old) : old)) } };
  };
  switch (mutation.kind) {
    case 'attribute':
      return withNode(mutation.node, (node) => {
        const names = [...node.attributes.keys(), 'axis'];
        const name = at(names, mutation.which);
        const old = node.attributes.get(name);
        const value = old?.kind === 'ints' ? old.value.map(() => mutation.value) : mutation.value;
        return { ...node, attributes: new Map(node.attributes).set(name, makeAttribute(value)) };
      });
    case 'input': {
      const tensors = ['', ...initializers.keys(), ...nodes.flatMap((node) => node.outputs)];
      return withNode(mutation.node, (node) => ({
        ...node,
        inputs: [...node.inputs, ''].with(
          mutation.which % (node.inputs.length + 1),
          at(tensors, mutation.tensor)
        )
      }));
    }
    case 'operator':
      return withNode(mutation.node, (node) => ({ ...node, operator: mutation.operator }));
    case 'numbers':
    case 'shape': {
      const whole = [...initializers].filter(
        ([, { data }]) => mutation.kind === 'shape' || data instanceof BigInt64Array
      );
      if (whole.length === 0) return model;
      const [name, tensor] = at(whole, mutation.tensor);
      const change = () => {
        if (mutation.kind === 'shape') {
          const shape = tensor.shape.map((old, axis) => (axis === mutation.axis ? mutation.value : old));
          return { ...tensor, shape };
        }
        const data = BigInt64Array.from(tensor.data as BigInt64Array);
        data[mutation.place % data.length] = BigInt(mutation.value);
        return { ...tensor, data };
      };
      return { ...model, graph: { ...graph, initializers: new Map(initializers).set(name, change()) } };
    }
    case 'inputShape': {
      const [input] = graph.inputs;
      if (!input?.type?.shape) return model;
      const shape = input.type.shape.map((old, axis) => (axis === mutation.axis ? mutation.value : old));
      const type = { ...input.type, shape, encoded: null };
      return { ...model, graph: { ...graph, inputs: [{ ...input, type }] } };
    }
    case 'opset':
      return { ...model, opsets: [{ domain: '', version: mutation.version, unknown: [] }] };
    case 'ir':
      return { ...model, irVersion: mutation.version };
    case 'drop':
      return {
        ...model,
        graph: { ...graph, nodes: nodes.filter((_, i) => i !== mutation.node % nodes.length) }
      };
  }
}
