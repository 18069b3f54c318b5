import { intAttribute, type Model } from '../onnx/index.ts';
import { NewTensors } from './new-tensors.ts';

/**
 * The model with the batch taken out of the constants of its Reshapes, as exporters write them for a fixed batch: (1, 512) becomes
 * (-1, 512), and (1, -1) becomes (0, -1), which copies the extent that enters; where the batch is not first, as in PyTorch's
 * attention, (17, 1, 64) becomes (17, -1, 64). That is a guess at what the numbers mean: whoever uses the model must
 * compare what it computes for several samples with what the original computes for each of them.
 * @param batch that the model was exported with
 */
export function withFreeReshapes(model: Model, batch: number): Model {
  const added = new NewTensors(model.graph);
  const nodes = model.graph.nodes.map((node) => {
    if (node.operator !== 'Reshape' || node.domain !== '' || intAttribute(node, 'allowzero', 0) !== 0)
      return node;
    const shape = model.graph.initializers.get(node.inputs[1] ?? '');
    if (!(shape?.data instanceof BigInt64Array)) return node;
    const free = withoutBatch([...shape.data], BigInt(batch));
    if (free === null) return node;
    const name = added.constant(`${shape.name}.free`, shape.shape, BigInt64Array.from(free));
    return { ...node, inputs: [node.inputs[0]!, name] };
  });
  return { ...model, graph: { ...model.graph, nodes, initializers: added.initializers } };
}

/** A shape for any batch, or null where it may stay as it is. */
function withoutBatch(shape: readonly bigint[], batch: bigint): bigint[] | null {
  const isOpen = shape.includes(-1n);
  if (shape[0] === batch) return [isOpen ? 0n : -1n, ...shape.slice(1)];
  if (isOpen || shape.includes(0n) || shape.length < 3) return null;
  return shape.with(1, -1n);
}
