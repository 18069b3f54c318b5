import type { TensorData } from '../../numeric/tensor.ts';
import { freshNames } from '../connections.ts';
import { makeInitializer, type Graph, type Initializer } from '../onnx/index.ts';

/** What a rewrite adds to a graph: names that nothing has yet, and constants under such names. */
export class NewTensors {
  /** The graph's initializers, and the added ones. */
  readonly initializers: Map<string, Initializer>;
  readonly name: (wanted: string) => string;

  constructor(graph: Graph) {
    this.initializers = new Map(graph.initializers);
    this.name = freshNames(graph);
  }

  /** Adds a constant. @returns its name: the wanted one, or one with a number behind it */
  constant(wanted: string, shape: readonly number[], data: TensorData): string {
    const name = this.name(wanted);
    this.initializers.set(name, makeInitializer(name, shape, data));
    return name;
  }
}
