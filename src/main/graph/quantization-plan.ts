import type { Quantizer } from '../quantization/quantizer.ts';

/** A layer's weights as a quantizer holds them. */
export interface QuantizedWeights {
  readonly quantizer: Quantizer;
  /** In the layout of the weight initializer. */
  readonly codes: Int32Array;
  /** (code - zero point) * scale, in the same layout. */
  readonly values: Float32Array;
}

/** A layer's bias as multiples of input scale times weight scale. */
export interface QuantizedBias {
  readonly codes: Int32Array;
  readonly values: Float32Array;
}

/** Everything that the lowerings need to know about one configuration of a model. */
export interface QuantizationPlan {
  /** Tensor of a point -> its quantizer; a point that is not here stays in float, unless it inherits one. */
  readonly activations: ReadonlyMap<string, Quantizer>;
  /** Layer name -> its weights; a layer that is not here keeps its own. */
  readonly weights: ReadonlyMap<string, QuantizedWeights>;
  /** Layer name -> its bias; a layer that is not here keeps its float bias. */
  readonly biases: ReadonlyMap<string, QuantizedBias>;
}
