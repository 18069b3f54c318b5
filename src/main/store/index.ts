export { restoreNotebook } from './backup.ts';
export type { ReceivedFile } from './blobs.ts';
export type { StoredExperiment } from './experiments.ts';
export { readMigrations, type Migration } from './migrations.ts';
export { openNotebook, type Notebook, type NotebookOptions } from './open-notebook.ts';
export type { ReceivedPredictions, StoredPredictions } from './predictions.ts';
export {
  runColumns,
  type RunColumn,
  type RunCondition,
  type RunField,
  type RunOperator
} from './run-condition.ts';
export { proportion } from './run-table.ts';
export type { NewSensitivity, SensitivityStart, StoredMeasure, StoredSensitivity } from './sensitivities.ts';
export type { NewRun, RunPace, StoredRun } from './runs.ts';
export type { Verification } from './verify.ts';
