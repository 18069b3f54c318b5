import type { Provenance } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

interface ProvenanceRow {
  bitlab: string;
  node: string;
  onnx_runtime: string;
  platform: string;
  processor: string;
  kernels: Provenance['kernels'];
  threads: number;
  model_hash: string;
  dataset_hash: string;
  calibration_hash: string | null;
  calibration_samples: number;
  logits_hash: string | null;
}

/** Where and with what runs were computed, and how often they were computed again. */
export class ProvenanceRecords {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(runId: string, provenance: Omit<Provenance, 'replays'>): void {
    this.#connection
      .prepare(
        `INSERT INTO provenance (run_id, bitlab, node, onnx_runtime, platform, processor, kernels, threads, model_hash,
           dataset_hash, calibration_hash, calibration_samples, logits_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        runId,
        provenance.bitlab,
        provenance.node,
        provenance.onnxRuntime,
        provenance.platform,
        provenance.processor,
        provenance.kernels,
        provenance.threads,
        provenance.modelHash,
        provenance.datasetHash,
        provenance.calibrationHash,
        provenance.calibrationSamples,
        provenance.logitsHash
      );
  }

  ofRun(runId: string): Provenance | null {
    const row = this.#connection
      .prepare<[string], ProvenanceRow>('SELECT * FROM provenance WHERE run_id = ?')
      .get(runId);
    if (row === undefined) return null;
    return {
      bitlab: row.bitlab,
      node: row.node,
      onnxRuntime: row.onnx_runtime,
      platform: row.platform,
      processor: row.processor,
      kernels: row.kernels,
      threads: row.threads,
      modelHash: row.model_hash,
      datasetHash: row.dataset_hash,
      calibrationHash: row.calibration_hash,
      calibrationSamples: row.calibration_samples,
      logitsHash: row.logits_hash,
      replays: this.#replays(runId)
    };
  }

  addReplay(runId: string, replay: Provenance['replays'][number]): void {
    this.#connection
      .prepare('INSERT INTO replays (run_id, at, same, logits_hash) VALUES (?, ?, ?, ?)')
      .run(runId, replay.at, Number(replay.same), replay.logitsHash);
  }

  #replays(runId: string): Provenance['replays'] {
    return this.#connection
      .prepare<[string], { at: string; same: number; logits_hash: string }>(
        'SELECT at, same, logits_hash FROM replays WHERE run_id = ? ORDER BY id'
      )
      .all(runId)
      .map((row) => ({ at: row.at, same: row.same === 1, logitsHash: row.logits_hash }));
  }
}
