import type { ExperimentFileInput } from '../../src/contract/index.ts';

const data = { evaluate: 'shapes10-test', calibrate: 'shapes10-calib', calibrationSamples: 64, samples: 200 };
const bits = [8, 4, 3];

/** The sample experiment on a tenth of its pictures and at three bit widths: nine runs and three baselines. */
export const smallExperiment = (sample: ExperimentFileInput): ExperimentFileInput => ({
  ...sample,
  name: 'Small: which loss?',
  data,
  factors: { 'weights.bits': bits, 'activations.bits': bits }
});

/** Weights and activations of one model with bit widths of their own: four runs, drawn as a map. */
export const crossedExperiment = (sample: ExperimentFileInput): ExperimentFileInput => ({
  ...sample,
  name: 'Weights or activations?',
  question: '',
  models: ['resnet18-mse'],
  data,
  factors: { 'weights.bits': [8, 3], 'activations.bits': [8, 3] },
  zip: [],
  baseline: false
});

/** One run of a model whose logits overflow: it fails. */
export const brokenExperiment = (sample: ExperimentFileInput): ExperimentFileInput => ({
  ...sample,
  name: 'A broken model',
  question: '',
  models: ['broken'],
  data,
  factors: {},
  zip: [],
  baseline: true
});
