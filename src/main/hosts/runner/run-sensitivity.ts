import type {
  RunPhase,
  SensitivityGround,
  SensitivityJob,
  UnitJob,
  UnitMeasure
} from '../../experiments/computer.ts';
import type { RunComputation } from '../../inference/compute-run.ts';
import { machineVersions } from '../../inference/machine-versions.ts';
import { measureLogits } from '../../inference/sensitivity/logits-measure.ts';
import { measureUnit } from '../../inference/sensitivity/measure-unit.ts';
import { sensitivityUnits } from '../../inference/sensitivity/sensitivity-units.ts';

/** Prepares, calibrates and evaluates in float, and says what there is to measure. */
export async function runSensitivityGround(
  computation: RunComputation,
  job: SensitivityJob,
  onProgress: (phase: RunPhase, fraction: number) => void,
  signal: AbortSignal
): Promise<SensitivityGround> {
  const { analysis, samples, labels, logits } = await computation.ground(job, onProgress, signal);
  const { correct, crossEntropy } = measureLogits(logits, logits, labels, logits.length / samples);
  return {
    units: sensitivityUnits(analysis, job.configuration),
    samples,
    float: { correct, crossEntropy },
    versions: machineVersions()
  };
}

/** One unit at each of its widths; what it is measured against is kept from one unit to the next. */
export async function runUnit(
  computation: RunComputation,
  unitJob: UnitJob,
  signal: AbortSignal
): Promise<UnitMeasure[]> {
  return measureUnit(await computation.ground(unitJob.job, () => {}, signal), unitJob, signal);
}
