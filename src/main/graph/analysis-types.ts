/** A Conv, Gemm or MatMul with constant weights, and what is fused with it. */
export interface Layer {
  /** The node's name, or the name of its output where the node has none; unique in the graph. */
  readonly name: string;
  readonly operator: 'Conv' | 'Gemm' | 'MatMul';
  /** The tensor that enters, as named in the graph. */
  readonly input: string;
  /** Name of the weight initializer. */
  readonly weight: string;
  readonly weightShape: readonly number[];
  /** The axis of the weights that runs over the output channels. */
  readonly weightAxis: number;
  /** Name of the bias initializer, or null. */
  readonly bias: string | null;
  /** Output of the node itself, or for a MatMul of the Add of its bias. */
  readonly output: string;
  /** Operator that is fused behind the layer, and the tensor after it (equal to `output` where nothing is fused). */
  readonly fused: 'Relu' | 'Clip' | null;
  readonly fusedOutput: string;
  /** Shape of what enters for one sample, without the batch dimension. */
  readonly inputShape: readonly number[];
  /** Shape of the layer's output for one sample, without the batch dimension. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /**
   * How many positions of what enters and leaves lie before the index of the sample: 1 where samples are first; as many as a
   * sequence has in networks that put the place in the sequence first, as PyTorch's attention does.
   */
  readonly positionsBefore: number;
  /** Multiply-accumulate operations for one sample. */
  readonly macs: number;
}

/** A tensor that is quantized; its name addresses it in overrides. */
export interface QuantizationPoint {
  readonly tensor: string;
  /** Points of one group share a range (the inputs of a Concat, for instance). */
  readonly group: string;
  /** Where the parameters come from: its own observer, or another point whose parameters it takes over. */
  readonly inherits: string | null;
  /** The layer whose output it is, or null. */
  readonly layer: string | null;
  /** Whether it is the network's output, which is quantized only where the configuration says so. */
  readonly isOutput: boolean;
}

export type BatchSize = 'any' | 1;

/** What the rewrites need to know about a graph. */
export interface GraphAnalysis {
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly output: { readonly name: string; readonly shape: readonly number[] };
  readonly layers: readonly Layer[];
  readonly points: readonly QuantizationPoint[];
  /** Tensor -> the point whose parameters its values carry: the points themselves, and what MaxPool, Flatten ... pass on. */
  readonly quantizedBy: ReadonlyMap<string, string>;
  /** Tensor of a point -> how many values it has for one sample. */
  readonly elements: ReadonlyMap<string, number>;
  /** How many samples are computed at once: any number, or one at a time, where a batch of one stands among the constants. */
  readonly batch: BatchSize;
  /** Operators that stay in float. */
  readonly floatOperators: readonly string[];
}
