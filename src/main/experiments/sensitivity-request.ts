import {
  BitlabError,
  canonicalJson,
  Configuration,
  defaultConfiguration,
  normalized,
  type ExperimentFile,
  type LayerOverride,
  type SensitivityRequest
} from '../../contract/index.ts';
import type { NewSensitivity } from '../store/index.ts';
import type { Context } from './context.ts';
import { designOf } from './design.ts';
import { datasetNamed } from './names.ts';
import { planExperiment, sha256 } from './plan.ts';

/** What a request amounts to in the notebook. */
export type PlannedSensitivity = Omit<NewSensitivity, 'id' | 'createdAt'>;

/**
 * Works a request out against the notebook. Names, fit of model and data, settings and each bit width are checked as those of an
 * experiment are.
 * @throws MODEL_NOT_FOUND, DATA_NOT_FOUND, MODEL_DATA_MISMATCH, CONFIGURATION_*, CALIBRATION_TOO_FEW
 */
export async function planSensitivity(
  context: Context,
  request: SensitivityRequest
): Promise<PlannedSensitivity> {
  const { notebook } = context;
  const evaluate = datasetNamed(notebook, request.evaluate);
  const samples = request.samples === 'all' ? ('all' as const) : Math.min(request.samples, evaluate.samples);
  const bits = [...new Set(request.bits)].sort((a, b) => b - a);
  const file: ExperimentFile = {
    name: 'sensitivity',
    question: '',
    models: [request.model],
    data: {
      evaluate: request.evaluate,
      calibrate: request.calibrate,
      calibrationSamples: request.calibrationSamples,
      samples
    },
    fixed: request.configuration as ExperimentFile['fixed'],
    factors: {},
    zip: [],
    seeds: [0],
    baseline: false
  };
  designOf(file);
  const configuration = measuredConfiguration(Configuration.parse(request.configuration));
  if (request.subjects.includes('weights')) requireBits(configuration);
  const plan = await planExperiment(context, {
    ...file,
    fixed: configuration as unknown as ExperimentFile['fixed'],
    factors: { 'weights.bits': bits, 'activations.bits': bits },
    zip: [['weights.bits', 'activations.bits']]
  });
  const { model } = plan.runs[0]!;
  const calibrate = plan.calibrate!;
  const configurationHash = sha256(canonicalJson(configuration));
  const calibrationSamples = plan.calibrationSamples;
  return {
    modelId: model.id,
    datasetId: evaluate.id,
    samples: plan.samples,
    calibrationDatasetId: calibrate.id,
    calibrationSamples,
    configuration,
    configurationHash,
    reuseKey: sha256(
      canonicalJson({
        modelHash: model.hash,
        evaluate: { hash: evaluate.hash, preprocessing: evaluate.preprocessing },
        samples: plan.samples,
        calibrate: {
          hash: calibrate.hash,
          preprocessing: calibrate.preprocessing,
          samples: calibrationSamples
        },
        configurationHash
      })
    ),
    bits,
    subjects: [...new Set(request.subjects)].sort().reverse()
  };
}

/**
 * What of a configuration matters where one unit is quantized alone: how ranges and levels are found. Bits are the unit's, rounding is
 * to the nearest, biases stay in float, and nothing is computed in integers.
 */
export function measuredConfiguration(configuration: Configuration): Configuration {
  const { prepare, weights, activations, layers, seed: _seed, ...others } = configuration;
  return normalized({
    ...others,
    arithmetic: 'simulated',
    prepare: prepare.filter((step) => step !== 'bias-correction'),
    weights: { ...withoutRounding(weights), bits: defaultConfiguration.weights.bits, rounding: 'nearest' },
    activations: { ...activations, bits: defaultConfiguration.activations.bits },
    bias: 'float',
    layers: Object.fromEntries(
      Object.entries(layers)
        .map(([name, override]) => [name, withoutBits(override)] as const)
        .filter(([, override]) => Object.keys(override).length > 0)
    ),
    seed: defaultConfiguration.seed
  });
}

function withoutRounding<Settings extends object>(settings: Settings): Settings {
  const left = { ...settings } as Record<string, unknown>;
  for (const name of ['rounding', 'iterations', 'actOrder']) delete left[name];
  return left as Settings;
}

function withoutBits(override: LayerOverride): LayerOverride {
  const left: Record<string, object> = {};
  for (const part of ['weights', 'activations'] as const) {
    const { bits: _bits, ...settings } = withoutRounding(override[part] ?? {});
    if (Object.keys(settings).length > 0) left[part] = settings;
  }
  return left;
}

/** Codebooks and minifloats have as many levels as they have, whatever the bits are. */
function requireBits({ weights, layers }: Configuration): void {
  const grids = [
    ['weights.grid', weights.grid] as const,
    ...Object.entries(layers).map(
      ([name, override]) => [`layers["${name}"].weights.grid`, override.weights?.grid] as const
    )
  ];
  for (const [path, grid] of grids) {
    if (grid !== 'codebook' && grid !== 'float') continue;
    throw new BitlabError('CONFIGURATION_CONFLICT', {
      reason: `The levels of a ${grid === 'float' ? 'minifloat' : 'codebook'} do not follow from bits, and ${path} is ${grid}`,
      advice: 'Measure another grid, or the activations only.'
    });
  }
}
