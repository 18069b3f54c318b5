import type {
  Configuration,
  ErrorReport,
  RunStatus,
  SensitivityProvenance,
  SensitivitySubject,
  SensitivityUnit
} from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** Sensitivities before anything is measured. */
export interface NewSensitivity {
  readonly id: string;
  readonly modelId: string;
  readonly datasetId: string;
  readonly samples: number;
  readonly calibrationDatasetId: string;
  readonly calibrationSamples: number;
  readonly configuration: Configuration;
  /** SHA-256 of its canonical JSON. */
  readonly configurationHash: string;
  readonly reuseKey: string;
  readonly bits: readonly number[];
  readonly subjects: readonly SensitivitySubject[];
  readonly createdAt: string;
}

/** What is known before the first unit is measured. */
export interface SensitivityStart {
  readonly units: readonly SensitivityUnit[];
  /** Samples that the float network gets right. */
  readonly floatCorrect: number;
  readonly floatCrossEntropy: number;
  readonly provenance: SensitivityProvenance;
}

/** A measure as it is stored. */
export interface StoredMeasure {
  readonly subject: SensitivitySubject;
  readonly unit: string;
  readonly bits: number;
  readonly correct: number;
  readonly crossEntropy: number;
  readonly logitsError: number;
  readonly divergence: number;
  readonly sizeBits: number | null;
}

export interface StoredSensitivity extends Omit<NewSensitivity, 'reuseKey'> {
  readonly status: RunStatus;
  /** null until the model has been looked at. */
  readonly start: SensitivityStart | null;
  readonly error: ErrorReport | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

interface SensitivityRow {
  id: string;
  status: RunStatus;
  model_id: string;
  dataset_id: string;
  samples: number;
  calibration_dataset_id: string;
  calibration_samples: number;
  configuration: string;
  configuration_hash: string;
  bits: string;
  subjects: string;
  units: string | null;
  float_correct: number | null;
  float_cross_entropy: number | null;
  provenance: string | null;
  error: string | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

/** Sensitivities and their measures. Measures are kept as soon as they are known, whatever becomes of the others. */
export class Sensitivities {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(sensitivity: NewSensitivity): void {
    this.#connection
      .prepare(
        `INSERT INTO sensitivities (id, status, model_id, dataset_id, samples, calibration_dataset_id, calibration_samples,
           configuration, configuration_hash, reuse_key, bits, subjects, created_at) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        sensitivity.id,
        sensitivity.modelId,
        sensitivity.datasetId,
        sensitivity.samples,
        sensitivity.calibrationDatasetId,
        sensitivity.calibrationSamples,
        JSON.stringify(sensitivity.configuration),
        sensitivity.configurationHash,
        sensitivity.reuseKey,
        JSON.stringify(sensitivity.bits),
        JSON.stringify(sensitivity.subjects),
        sensitivity.createdAt
      );
  }

  /** Asks for other widths or subjects than before; what is measured stays. */
  ask(id: string, bits: readonly number[], subjects: readonly SensitivitySubject[]): void {
    this.#connection
      .prepare('UPDATE sensitivities SET bits = ?, subjects = ? WHERE id = ?')
      .run(JSON.stringify(bits), JSON.stringify(subjects), id);
  }

  get(id: string): StoredSensitivity | null {
    const row = this.#connection
      .prepare<[string], SensitivityRow>('SELECT * FROM sensitivities WHERE id = ?')
      .get(id);
    return row === undefined ? null : sensitivityOf(row);
  }

  byReuseKey(reuseKey: string): StoredSensitivity | null {
    const row = this.#connection
      .prepare<[string], SensitivityRow>('SELECT * FROM sensitivities WHERE reuse_key = ?')
      .get(reuseKey);
    return row === undefined ? null : sensitivityOf(row);
  }

  /** Most recent first, but for those of models in the trash. */
  list(): StoredSensitivity[] {
    return this.#connection
      .prepare<[], SensitivityRow>(
        `SELECT sensitivities.* FROM sensitivities JOIN models ON models.id = model_id
         WHERE models.trashed_at IS NULL ORDER BY sensitivities.id DESC`
      )
      .all()
      .map(sensitivityOf);
  }

  /** In the order in which they were measured; units in no particular one. */
  measures(id: string): StoredMeasure[] {
    return this.#connection
      .prepare<[string], StoredMeasure>(
        `SELECT subject, unit, bits, correct, cross_entropy AS crossEntropy, logits_error AS logitsError, divergence,
           size_bits AS sizeBits FROM sensitivity_measures WHERE sensitivity_id = ?`
      )
      .all(id);
  }

  /** Waits for its turn. */
  queued(id: string): void {
    this.#connection
      .prepare(`UPDATE sensitivities SET status = 'queued', error = NULL, ended_at = NULL WHERE id = ?`)
      .run(id);
  }

  running(id: string, at: string): void {
    this.#connection
      .prepare(
        `UPDATE sensitivities SET status = 'running', started_at = coalesce(started_at, ?) WHERE id = ?`
      )
      .run(at, id);
  }

  setStart(id: string, start: SensitivityStart): void {
    this.#connection
      .prepare(
        `UPDATE sensitivities SET units = ?, float_correct = ?, float_cross_entropy = ?, provenance = ? WHERE id = ?`
      )
      .run(
        JSON.stringify(start.units),
        start.floatCorrect,
        start.floatCrossEntropy,
        JSON.stringify(start.provenance),
        id
      );
  }

  addMeasures(id: string, measures: readonly StoredMeasure[]): void {
    const insert = this.#connection.prepare(
      `INSERT OR REPLACE INTO sensitivity_measures (sensitivity_id, subject, unit, bits, correct, cross_entropy, logits_error,
         divergence, size_bits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
    );
    for (const measure of measures)
      insert.run(
        id,
        measure.subject,
        measure.unit,
        measure.bits,
        measure.correct,
        measure.crossEntropy,
        measure.logitsError,
        measure.divergence,
        measure.sizeBits
      );
  }

  ended(
    id: string,
    status: 'finished' | 'failed' | 'cancelled' | 'interrupted',
    at: string,
    error: ErrorReport | null
  ): void {
    this.#connection
      .prepare('UPDATE sensitivities SET status = ?, error = ?, ended_at = ? WHERE id = ?')
      .run(status, error === null ? null : JSON.stringify(error), at, id);
  }

  /** What no process measures any more. */
  interruptAll(at: string): void {
    // A schema from before sensitivities is only ever opened to be seen migrated.
    const table = `SELECT 1 FROM sqlite_schema WHERE name = 'sensitivities'`;
    if (this.#connection.prepare(table).get() === undefined) return;
    this.#connection
      .prepare(
        `UPDATE sensitivities SET status = 'interrupted', ended_at = CASE status WHEN 'running' THEN ? END
         WHERE status IN ('running', 'queued')`
      )
      .run(at);
  }

  remove(id: string): void {
    this.#connection.prepare('DELETE FROM sensitivities WHERE id = ?').run(id);
  }

  /** An experiment that verifies bits chosen from these sensitivities. */
  addExperiment(id: string, experimentId: string): void {
    this.#connection
      .prepare(
        'INSERT INTO sensitivity_experiments (sensitivity_id, experiment_id) VALUES (?, ?) ON CONFLICT DO NOTHING'
      )
      .run(id, experimentId);
  }

  /** Most recent first, but for those in the trash. */
  experimentsOf(id: string): { id: string; name: string }[] {
    return this.#connection
      .prepare<[string], { id: string; name: string }>(
        `SELECT experiments.id, experiments.name FROM sensitivity_experiments
         JOIN experiments ON experiments.id = experiment_id
         WHERE sensitivity_id = ? AND trashed_at IS NULL ORDER BY experiments.id DESC`
      )
      .all(id);
  }
}

function sensitivityOf(row: SensitivityRow): StoredSensitivity {
  return {
    id: row.id,
    status: row.status,
    modelId: row.model_id,
    datasetId: row.dataset_id,
    samples: row.samples,
    calibrationDatasetId: row.calibration_dataset_id,
    calibrationSamples: row.calibration_samples,
    configuration: JSON.parse(row.configuration) as Configuration,
    configurationHash: row.configuration_hash,
    bits: JSON.parse(row.bits) as number[],
    subjects: JSON.parse(row.subjects) as SensitivitySubject[],
    start:
      row.units === null
        ? null
        : {
            units: JSON.parse(row.units) as SensitivityUnit[],
            floatCorrect: row.float_correct!,
            floatCrossEntropy: row.float_cross_entropy!,
            provenance: JSON.parse(row.provenance!) as SensitivityProvenance
          },
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorReport),
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at
  };
}
