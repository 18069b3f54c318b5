import {
  canonicalJson,
  defaultConfiguration,
  type BitChoice,
  type BitChoices,
  type BitExperimentSettings,
  type Configuration,
  type ExperimentFile,
  type LayerOverride
} from '../../contract/index.ts';

/** What bits were chosen from. */
export interface ChosenFrom {
  readonly model: string;
  readonly calibrationDataset: string;
  readonly calibrationSamples: number;
  /** As it was measured: everything but bits and rounding. */
  readonly configuration: Configuration;
}

/** One level of the zipped factors. */
interface BitLevel {
  readonly bits: number;
  readonly activationBits: number;
  readonly layers: Configuration['layers'];
}

/**
 * The experiment that runs chosen bits beside the uniform widths. Chosen bits are overrides of layers, each by its name; `weights.bits` of such
 * a run is the rounded mean, which nothing uses.
 */
export function bitExperiment(
  name: string,
  from: ChosenFrom,
  settings: BitExperimentSettings,
  { choices, uniform }: Pick<BitChoices, 'choices' | 'uniform'>
): ExperimentFile {
  const { configuration } = from;
  const varies = settings.vary === 'both';
  const levels: BitLevel[] = [
    ...(settings.uniform ? uniform : []).map(({ bits }) => ({
      bits,
      activationBits: varies ? bits : settings.activationBits,
      layers: withOverrides(
        configuration.layers,
        Object.entries(settings.keep).map(([layer, kept]) => [layer, { weights: { bits: kept } }])
      )
    })),
    ...choices.map((choice) => ({
      bits: Math.round(choice.averageBits),
      activationBits: varies ? Math.round(meanActivationBits(choice)) : settings.activationBits,
      layers: chosenLayers(configuration, choice)
    }))
  ];
  const factors: ExperimentFile['factors'] = {
    'weights.bits': levels.map(({ bits }) => bits),
    ...(varies && { 'activations.bits': levels.map(({ activationBits }) => activationBits) }),
    layers: levels.map(({ layers }) => layers as ExperimentFile['factors'][string][number])
  };
  return {
    name,
    question: questionOf(from, settings),
    models: [from.model],
    data: {
      evaluate: settings.evaluate,
      calibrate: from.calibrationDataset,
      calibrationSamples: from.calibrationSamples,
      samples: settings.samples
    },
    fixed: fixedSettings(configuration, settings),
    factors,
    zip: [Object.keys(factors)],
    seeds: [0],
    baseline: true
  };
}

/** The overrides of a choice, on top of those that were measured with. */
export function chosenLayers(
  { layers }: Configuration,
  { weights, activations }: Pick<BitChoice, 'weights' | 'activations'>
): Configuration['layers'] {
  return withOverrides(layers, [
    ...weights.map(({ layer, bits }) => [layer, { weights: { bits } }] as const),
    ...activations.map(({ tensor, bits }) => [tensor, { activations: { bits } }] as const)
  ]);
}

/** A layer without a name of its own is called like its output, so that both parts may go into one override. */
function withOverrides(
  layers: Configuration['layers'],
  changes: readonly (readonly [string, LayerOverride])[]
): Configuration['layers'] {
  const merged = new Map(Object.entries(layers));
  for (const [name, change] of changes) {
    const before = merged.get(name) ?? {};
    const part = (key: 'weights' | 'activations') => {
      const settings = { ...before[key], ...change[key] };
      return Object.keys(settings).length === 0 ? {} : { [key]: settings };
    };
    merged.set(name, { ...part('weights'), ...part('activations') });
  }
  return Object.fromEntries(merged);
}

function fixedSettings(
  configuration: Configuration,
  settings: BitExperimentSettings
): ExperimentFile['fixed'] {
  const { arithmetic, rounding, activationBits, vary } = settings;
  const whole = {
    ...configuration,
    arithmetic,
    bias: arithmetic === 'integer' ? defaultConfiguration.bias : configuration.bias,
    weights: { ...configuration.weights, rounding },
    activations: {
      ...configuration.activations,
      bits: vary === 'both' ? defaultConfiguration.activations.bits : activationBits
    },
    layers: {}
  };
  return changesFrom(defaultConfiguration, whole) as ExperimentFile['fixed'];
}

/** What of an object is not as in another. */
function changesFrom(usual: object, value: object): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value)) {
    const other = (usual as Record<string, unknown>)[key];
    if (canonicalJson(own ?? null) === canonicalJson(other ?? null)) continue;
    const nested = isPlain(own) && isPlain(other);
    changes[key] = nested ? changesFrom(other, own) : own;
  }
  return changes;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function meanActivationBits({ activations }: BitChoice): number {
  return activations.reduce((sum, { bits }) => sum + bits, 0) / Math.max(1, activations.length);
}

const budgetWords = {
  'average-bits': 'mean bits of a weight',
  size: 'size of the parameters',
  bops: 'bit operations'
} as const;

function questionOf({ model }: ChosenFrom, { budget, measure, vary }: BitExperimentSettings): string {
  const what = vary === 'both' ? 'bits of weights and activations' : 'bits of weights';
  const by = measure === 'divergence' ? 'the divergence of the softmax' : 'the error power of the logits';
  return `Does ${model} lose less with ${what} chosen for each layer than with one width for all, at the same ${budgetWords[budget.kind]}? Chosen by ${by} with one unit quantized at a time.`;
}
