import { defaultConfiguration, type ExperimentFile, type RunDetails } from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
import { withFactor } from './design-file.ts';

/** A design with the model, the data and the configuration of a run: one run, to be varied, and the float run to compare with. */
export function designOfRun(run: RunDetails): ExperimentFile {
  const { seed, ...fixed } = run.configuration;
  return {
    name: `Like a run of ${run.model}`,
    question: '',
    models: [run.model],
    data: {
      evaluate: run.dataset,
      calibrate: run.calibrationDataset,
      calibrationSamples: run.provenance?.calibrationSamples || 512,
      samples: run.samples,
      ...(run.draw === undefined ? {} : { draw: run.draw })
    },
    fixed: unusual(fixed, '') as ExperimentFile['fixed'],
    factors: {},
    zip: [],
    seeds: [seed],
    baseline: true
  };
}

/** The same without the float run, and with the bit widths as factors to add levels to. */
export function cloneOfRun(run: RunDetails): ExperimentFile {
  const { arithmetic, weights, activations } = run.configuration;
  const design = designOfRun(run);
  if (arithmetic === 'float')
    return { ...design, name: `From a run of ${run.model}, float`, baseline: false };
  const varied = (['weights', 'activations'] as const).reduce(
    (file, part) => withFactor(file, `${part}.bits`, [run.configuration[part].bits]),
    design
  );
  return {
    ...varied,
    name: `From a run of ${run.model}, ${weights.bits}-bit weights, ${activations.bits}-bit activations`,
    zip: [['weights.bits', 'activations.bits']],
    baseline: false
  };
}

/** What is written out whole: settings by name, and hardware, whose usual settings are those of its preset. */
const whole = ['layers', 'accelerator'];

/** Settings that are not the usual ones; what is left out has its default in a file, too. */
function unusual(settings: object, prefix: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue;
    const path = `${prefix}${key}`;
    if (whole.includes(path)) {
      if (Object.keys(value as object).length > 0) kept[key] = JSON.parse(JSON.stringify(value));
    } else if (typeof value === 'object' && !Array.isArray(value)) {
      const nested = unusual(value as object, `${path}.`);
      if (Object.keys(nested).length > 0) kept[key] = nested;
    } else if (JSON.stringify(value) !== JSON.stringify(settingAt(defaultConfiguration, path)))
      kept[key] = value;
  }
  return kept;
}
