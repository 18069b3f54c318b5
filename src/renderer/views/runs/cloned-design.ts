import { defaultConfiguration, type ExperimentFile, type RunDetails } from '../../../contract/index.ts';

type Settings = ExperimentFile['fixed'];

/** The design of an experiment that has a run's settings, with its bit widths as factors to add levels to. */
export function clonedDesign(run: RunDetails): ExperimentFile {
  const { configuration } = run;
  const { seed, ...rest } = configuration;
  const fixed = difference(plain(rest), plain(defaultConfiguration)) as Settings;
  const quantized = configuration.arithmetic !== 'float';
  const { weights, activations } = configuration;
  const bits = quantized ? `, ${weights.bits}-bit weights, ${activations.bits}-bit activations` : ', float';
  return {
    name: `From a run of ${run.model}${bits}`,
    question: '',
    models: [run.model],
    data: {
      evaluate: run.dataset,
      calibrate: run.calibrationDataset,
      calibrationSamples: run.provenance?.calibrationSamples || 512,
      samples: run.samples,
      ...(run.draw === undefined ? {} : { draw: run.draw })
    },
    fixed: quantized ? without(fixed, 'bits') : fixed,
    factors: quantized
      ? { 'weights.bits': [weights.bits], 'activations.bits': [activations.bits] }
      : ({} as ExperimentFile['factors']),
    zip: quantized ? [['weights.bits', 'activations.bits']] : [],
    seeds: [seed],
    baseline: false
  };
}

/** The bit widths are factors, and so not fixed. */
function without(fixed: Settings, key: string): Settings {
  const copy = { ...fixed };
  for (const group of ['weights', 'activations']) {
    const settings = copy[group];
    if (settings === undefined) continue;
    const { [key]: _left, ...rest } = settings as Record<string, unknown>;
    if (Object.keys(rest).length === 0) delete copy[group];
    else copy[group] = rest as Settings[string];
  }
  return copy;
}

/** What an object says otherwise than another, group by group; lists count as wholes. */
function difference(object: Settings, usual: Settings): Settings {
  const found: Settings = {};
  for (const [key, value] of Object.entries(object)) {
    const other = usual[key];
    if (JSON.stringify(value) === JSON.stringify(other)) continue;
    if (isGroup(value) && isGroup(other)) found[key] = difference(value, other);
    else found[key] = value;
  }
  return found;
}

const isGroup = (value: unknown): value is Settings =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Without the settings that are left out, which a file does not have either. */
const plain = (settings: object) => JSON.parse(JSON.stringify(settings)) as Settings;
