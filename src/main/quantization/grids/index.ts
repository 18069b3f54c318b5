export { additivePowersOfTwoGrid } from './additive-powers-of-two.ts';
export { codebookGrid } from './codebook.ts';
export { gridScale, nearestCode, scaledLevels, type Grid, type ScaledLevels } from './grid.ts';
export {
  decodeFromGrid,
  encodeOnGrid,
  gridLevels,
  gridQuantizer,
  gridQuantizerFromRange,
  isOnGrid,
  type GridQuantizer
} from './grid-quantizer.ts';
export { float32Below, nearestThresholds } from './nearest-thresholds.ts';
export { minifloatFormats, minifloatGrid, type MinifloatFormat } from './minifloat.ts';
export { powersOfTwoGrid } from './powers-of-two.ts';
