import { connectionsOf } from '../connections.ts';
import { elementTypes } from '../element-types.ts';
import type { Model, Node } from '../onnx/index.ts';
import { submodel } from './submodel.ts';

/**
 * The part of a rewritten model that computes something else than the original does: the nodes that were added or read something
 * else, and all that depends on them. Its inputs are tensors that both models compute alike, so that whoever knows their values
 * from the original need not compute what lies before.
 * @param rewritten with the outputs of the original
 * @throws Error where nothing differs
 */
export function differingPart(rewritten: Model, original: Model): Model {
  const { graph } = rewritten;
  const producers = connectionsOf(original.graph);
  const differing = new Set<string>();
  const nodes = graph.nodes.filter((node) => {
    const before = producers.producer(node.outputs[0] ?? '');
    const differs = !isSame(node, before) || node.inputs.some((input) => differing.has(input));
    if (differs) for (const output of node.outputs) differing.add(output);
    return differs;
  });
  if (nodes.length === 0) throw new Error('the models do not differ');
  return submodel(rewritten, nodes, elementTypes(graph), connectionsOf(graph));
}

/** Whether a node is as it was: rewrites give an initializer that they change another name. */
function isSame(node: Node, before: Node | undefined): boolean {
  return (
    before !== undefined &&
    node.operator === before.operator &&
    node.inputs.join('\n') === before.inputs.join('\n') &&
    node.outputs.join('\n') === before.outputs.join('\n')
  );
}
