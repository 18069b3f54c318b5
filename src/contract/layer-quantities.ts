import type { MetricEntry } from './metrics.ts';

/** What a run tells of each of its layers, in the order of the tables. docs/metrics.md is made from this list. */
export const layerQuantities = {
  weightSqnrDb: {
    unit: 'dB',
    definition:
      'Signal to quantization noise ratio of the weights: 10 log10 of the sum of squares of the weights over that of what quantization changes in them. About 6 dB to a bit.'
  },
  activationSqnrDb: {
    unit: 'dB',
    definition:
      "The same of the layer's output, for its quantization alone: what leaves its quantizer against what reaches it, on calibration pictures."
  },
  outputSqnrDb: {
    unit: 'dB',
    definition:
      "The same of the layer's output against the float network's, on calibration pictures: what all layers up to this one lose together."
  },
  weightsClipped: {
    unit: '1',
    definition: 'Share of the weights that lie beyond the outermost level by more than half a step.'
  },
  outputClipped: {
    unit: '1',
    definition: "The same share of the values of the layer's output, on calibration pictures."
  },
  weightLevelsUsed: {
    unit: 'levels',
    definition:
      'Levels that some weight has, of those that there are. Few of many are a range that is too wide.'
  },
  outputLevelsUsed: {
    unit: 'levels',
    definition: "The same of the layer's output, on calibration pictures."
  },
  channelGainDb: {
    unit: 'dB',
    definition:
      'By how much a scale for each output channel beats one scale for all weights of the layer, rounded to the nearest; known where they have one scale.'
  }
} as const satisfies Record<string, MetricEntry>;
