export { quantizeBias } from './bias.ts';
export { coordinateDescent, usualRatios, type Descent } from './coordinate-descent.ts';
export { dequantize, fakeQuantize, quantizeToCodes } from './fake-quantize.ts';
export { createObserver, observerAs, observerKey } from './observers/index.ts';
export { codeRange, quantizerFromRange, type CodeRange } from './quantizer-from-range.ts';
export { fusedQuantizerFromRange } from './fused-quantizer.ts';
export { gridOf, type GridSettings } from './grid-of-settings.ts';
export { clipEndsOfScale, scaleOfWeights } from './quantizer-levels.ts';
export { gridQuantizer, isOnGrid, type Grid } from './grids/index.ts';
export { levelsOfWeights, quantizeLayerWeights } from './layer-weights.ts';
export { valueHistogram, type ToBeQuantized } from './value-histogram.ts';
export { withPowerOfTwoScale } from './power-of-two-scale.ts';
export { quantizeWeights, type QuantizedWeights } from './weights.ts';
export type {
  Observer,
  ObserverDialect,
  ObserverKind,
  Quantizer,
  QuantizerSettings,
  Range
} from './quantizer.ts';
