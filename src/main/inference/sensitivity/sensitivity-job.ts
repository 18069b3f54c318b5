import type { SensitivitySubject, SensitivityUnit } from '../../../contract/index.ts';
import type { RunJob, RunResult } from '../run-job.ts';

/** A model, data and settings whose sensitivities are measured: a run whose configuration says everything but the bits. */
export type SensitivityJob = Omit<RunJob, 'runId'>;

/** Which unit is quantized, and to which widths. */
export interface UnitJob {
  readonly job: SensitivityJob;
  readonly subject: SensitivitySubject;
  readonly unit: string;
  readonly bits: readonly number[];
}

/** What logits say of a classification, and how they differ from the float network's. */
export interface LogitsMeasure {
  /** Samples whose label has the largest logit. */
  readonly correct: number;
  /** In nat. */
  readonly crossEntropy: number;
  /** Sum of squared differences over the sum of squares of the float logits. */
  readonly logitsError: number;
  /** Mean Kullback-Leibler divergence from the float softmax, in nat. */
  readonly divergence: number;
}

/** A unit at one width. */
export interface UnitMeasure extends LogitsMeasure {
  readonly bits: number;
  /** Of weights: size of the layer's parameters in bits. */
  readonly sizeBits: number | null;
}

/** What is known once the model was looked at, calibrated and evaluated in float. */
export interface SensitivityGround {
  readonly units: readonly SensitivityUnit[];
  readonly samples: number;
  readonly float: Pick<LogitsMeasure, 'correct' | 'crossEntropy'>;
  readonly versions: Omit<RunResult['versions'], 'kernels'>;
}
