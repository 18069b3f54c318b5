export type {
  Computer,
  DatasetFile,
  DatasetRequest,
  FitJob,
  FitMeasure,
  GivenFile,
  RunJob,
  RunPhase,
  RunResult,
  SensitivityGround,
  SensitivityJob,
  UnitJob,
  UnitMeasure
} from './computer.ts';
export type { Context } from './context.ts';
export { createHandlers } from './create-handlers.ts';
export { ExperimentQueue } from './experiment-queue.ts';
export { parseExperiment, type ParsedExperiment } from './experiment-text.ts';
export { formatExperiment, updatedExperimentText } from './format-experiment.ts';
export { lightHandlers } from './accelerators.ts';
export { presetNamed, readPresets } from './presets.ts';
export { ensureSamples } from './samples.ts';
