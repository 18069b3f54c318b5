/** What a metric of a run is. */
export interface MetricEntry {
  /** As in tables; `1` for shares. */
  readonly unit: string;
  readonly definition: string;
}

/** Every metric that runs have, by its name in tables, filters and exports. docs/metrics.md is made from this list. */
export const metricCatalogue = {
  top1: {
    unit: '1',
    definition:
      'Share of the samples whose label has the largest logit. Ties go to the lower class. Shown with its 95 % Wilson interval.'
  },
  top5: {
    unit: '1',
    definition:
      'Share of the samples whose label is among the five largest logits; for six classes or more. With its 95 % Wilson interval.'
  },
  meanPerClass: {
    unit: '1',
    definition:
      'The share of the samples of a class whose label has the largest logit, the mean over the classes that have samples: top1 where all classes have as many.'
  },
  crossEntropy: {
    unit: 'nat',
    definition: 'Mean of -ln softmax(logits)[label] over the samples.'
  },
  expectedCalibrationError: {
    unit: '1',
    definition:
      'Samples are put into 15 bins of equal width by their confidence, the largest probability of softmax; the sum over the bins of the share of samples times the distance between top-1 accuracy and mean confidence (Guo et al., ICML 2017).'
  },
  agreement: {
    unit: '1',
    definition:
      "Share of the samples for which the run and the model's float run predict the same class. Float runs have none."
  },
  logitsSqnrDb: {
    unit: 'dB',
    definition:
      "Signal to quantization noise ratio of the logits: 10 log10 of the sum of squares of the float run's logits over that of the differences from them. Left out where nothing differs."
  },
  modelSizeBits: {
    unit: 'bit',
    definition:
      'Size of the parameters: codes of the weights, a scale of 32 bits for each channel or tensor, zero points where there are any, 32 bits for each bias and for each weight that stays in float.'
  },
  averageWeightBits: {
    unit: 'bit',
    definition: 'Bits of a weight, the mean over all weights of the layers; 32 for those that stay in float.'
  },
  bops: {
    unit: 'bit operations',
    definition:
      'For one sample, the sum over the layers of multiply-accumulates x bits of a weight x bits of the activations that enter; 32 where they stay in float.'
  },
  energyMicrojoule: {
    unit: 'uJ',
    definition:
      'Energy of one frame in arithmetic `accelerator` with an optical link: power times busy time of every part, summed over the layers. Left out, as all that follows, where the hardware has no link or no ADC is known for its rate.'
  },
  latencyMicrosecond: {
    unit: 'us',
    definition:
      'Time of one frame, layer after layer: passes x pairs of slices over arrays and rate, and the time in which weights are set.'
  },
  areaSquareMillimetre: {
    unit: 'mm2',
    definition: 'Area of the ADCs and DACs, the parts whose area is published.'
  },
  framesPerSecond: { unit: '1/s', definition: 'One over the latency.' },
  framesPerSecondPerWatt: {
    unit: '1/(s W)',
    definition: 'Frames per second over the average power: one over the energy of a frame.'
  },
  framesPerSecondPerWattPerSquareMillimetre: {
    unit: '1/(s W mm2)',
    definition: 'The same over the area of the ADCs and DACs.'
  },
  tileUtilization: {
    unit: '1',
    definition:
      'Share of the elements of a tile that have a product, K / (tiles x N), over all layers, each weighted by its passes.'
  }
} as const satisfies Record<string, MetricEntry>;
