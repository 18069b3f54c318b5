import type { ExperimentFile, RunDetails } from '../../../contract/index.ts';

/** A design with nothing but a run in it, and the float run to compare with. */
export function designOfRun(run: RunDetails): ExperimentFile {
  const { seed, ...fixed } = run.configuration;
  return {
    name: `${run.model}, changed`,
    question: '',
    models: [run.model],
    data: {
      evaluate: run.dataset,
      calibrate: run.calibrationDataset,
      calibrationSamples: run.provenance?.calibrationSamples ?? 512,
      samples: run.samples
    },
    fixed: plain(fixed),
    factors: {},
    zip: [],
    seeds: [seed],
    baseline: true
  };
}

/** Without the settings that are left out, which a file does not have either. */
const plain = (settings: object) => JSON.parse(JSON.stringify(settings)) as ExperimentFile['fixed'];
