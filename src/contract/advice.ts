import type { Configuration } from './configuration.ts';
import type { LayerResult } from './entities.ts';

/** A note on a design or a run: what stands out, why it matters, and what to set instead. */
export interface Advice {
  readonly kind: 'levels-of-observer' | 'unused-levels' | 'one-scale' | 'few-samples';
  readonly text: string;
  readonly reason: string;
  /** The setting that changes it, as a path in the configuration or the experiment file, and its value; null leaves it out. */
  readonly setting: { readonly path: string; readonly value: string | number | null };
  /** The layers that it is about; empty where it is about all of them. */
  readonly layers: readonly string[];
}

/** Below this many calibration samples, ranges depend on which samples they were. */
const enoughSamples = 100;
/** Weights for each level, and levels of outputs, with which it says something of a range that some have no value. */
const enoughValues = 8;
const mostJudged = 256;
/** What one scale may lose against one for each channel before a note says so, in dB. */
const toleratedLossDb = 10;

/**
 * What a person should know of a configuration, and where there are results, of what it did to the layers. Nothing is advised for
 * float arithmetic.
 * @param calibrationSamples how many samples the ranges were, or are to be, found from
 * @param layers of a finished run; empty for a design
 */
export function adviceOn(
  configuration: Configuration,
  calibrationSamples: number,
  layers: readonly LayerResult[]
): Advice[] {
  if (configuration.arithmetic === 'float') return [];
  return [
    ...observerAdvice(configuration),
    ...fewSamplesAdvice(calibrationSamples),
    ...unusedLevelsAdvice(layers),
    ...oneScaleAdvice(layers)
  ];
}

function observerAdvice({ activations, weights }: Configuration): Advice[] {
  const found: Advice[] = [];
  const note = (what: string, levels: number, bits: number, path: string, value: string | null) =>
    found.push({
      kind: 'levels-of-observer',
      text: `The histogram observer of ${what} optimizes for ${levels} levels, and ${bits} bits have ${2 ** bits}.`,
      reason:
        'With fewer levels each step is wider, so that cutting off more of the range gains more; a search for too many levels keeps the range too wide. It costs about 2.5 dB at 4 bits and 5 dB at 2.',
      setting: { path, value },
      layers: []
    });
  const { destinationLevels, observer, bits } = activations;
  if (observer === 'histogram' && destinationLevels !== 'auto' && destinationLevels > 2 ** bits)
    note('the activations', destinationLevels, bits, 'activations.destinationLevels', 'auto');
  if (weights.range === 'histogram' && (weights.destinationLevels ?? 0) > 2 ** weights.bits)
    note('the weights', weights.destinationLevels!, weights.bits, 'weights.destinationLevels', null);
  return found;
}

function fewSamplesAdvice(samples: number): Advice[] {
  if (samples >= enoughSamples) return [];
  return [
    {
      kind: 'few-samples',
      text: `The ranges come from ${samples} calibration samples.`,
      reason: `Below ${enoughSamples} samples, ranges depend much on which samples they are; more cost little.`,
      setting: { path: 'data.calibrationSamples', value: 512 },
      layers: []
    }
  ];
}

function unusedLevelsAdvice(layers: readonly LayerResult[]): Advice[] {
  const weights = layers.filter(
    ({ report, parameters }) =>
      report !== undefined &&
      parameters >= enoughValues * report.weightLevels &&
      2 * report.weightLevelsUsed < report.weightLevels
  );
  const outputs = layers.filter(
    ({ report }) =>
      report !== undefined &&
      report.outputLevelsUsed !== null &&
      report.outputLevels !== null &&
      report.outputLevels <= mostJudged &&
      2 * report.outputLevelsUsed < report.outputLevels
  );
  const note = (what: string, found: readonly LayerResult[], path: string, value: string): Advice[] =>
    found.length === 0
      ? []
      : [
          {
            kind: 'unused-levels',
            text: `The ${what} of ${counted(found)} use less than half of their levels.`,
            reason:
              'Levels that no value has are lost: the range is wider than the values need, or lies on the wrong side of zero.',
            setting: { path, value },
            layers: found.map(({ name }) => name)
          }
        ];
  return [
    ...note('weights', weights, 'weights.range', 'mse'),
    ...note('outputs', outputs, 'activations.storage', 'auto')
  ];
}

function oneScaleAdvice(layers: readonly LayerResult[]): Advice[] {
  const found = layers.filter(({ report }) => (report?.channelGainDb ?? 0) > toleratedLossDb);
  if (found.length === 0) return [];
  const most = Math.max(...found.map(({ report }) => report!.channelGainDb!));
  return [
    {
      kind: 'one-scale',
      text: `One scale for all weights of ${counted(found)} loses more than ${toleratedLossDb} dB to one for each output channel, up to ${most.toFixed(1)} dB.`,
      reason:
        'Channels with small weights get few of the levels that the channel with the largest weight sets.',
      setting: { path: 'weights.granularity', value: 'channel' },
      layers: found.map(({ name }) => name)
    }
  ];
}

function counted(layers: readonly LayerResult[]): string {
  return layers.length === 1 ? layers[0]!.name : `${layers.length} layers`;
}
