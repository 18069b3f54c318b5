import { createHash } from 'node:crypto';
import {
  canonicalJson,
  type IntegerResult,
  type LayerResult,
  type QuantizerSummary
} from '../../contract/index.ts';
import { acceleratorResultsOf, insertAcceleratorResult } from './accelerator-results.ts';
import { comparedLayersOf, type ComparedLayer } from './compared-layers.ts';
import type { Connection } from './connection.ts';
import { insertReport, reportsOf } from './layer-reports.ts';

interface LayerRow {
  layer_index: number;
  name: string;
  operator: string;
  fused: string | null;
  macs: number;
  parameters: number;
  weight_sqnr_db: number | null;
  weights: string | null;
  output: string | null;
}

interface IntegerRow {
  layer_index: number;
  accumulator_bits: number;
  overflows: number | null;
  overflow_share: number | null;
  worst_case_bits: number;
  data_bits: number | null;
  a2q_margin_bits: number | null;
  bias_error: number | null;
  bias_error_codes: number | null;
}

/** What runs did to layers. Quantizers that many runs share are stored once. */
export class LayerResults {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(runId: string, layers: readonly LayerResult[]): void {
    const insert = this.#connection.prepare(
      `INSERT INTO layer_results (run_id, layer_index, name, operator, fused, macs, parameters, weight_sqnr_db,
         weights_quantizer, output_quantizer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    );
    for (const layer of layers) {
      insert.run(
        runId,
        layer.index,
        layer.name,
        layer.operator,
        layer.fused,
        layer.macs,
        layer.parameters,
        layer.weightSqnrDb,
        this.#quantizer(layer.weights),
        this.#quantizer(layer.output)
      );
      if (layer.report !== undefined) insertReport(this.#connection, runId, layer.index, layer.report);
      if (layer.integers !== undefined) this.#insertIntegers(runId, layer.index, layer.integers);
      if (layer.accelerator !== undefined)
        insertAcceleratorResult(this.#connection, runId, layer.index, layer.accelerator);
    }
  }

  #insertIntegers(runId: string, index: number, integers: IntegerResult): void {
    this.#connection
      .prepare(
        `INSERT INTO integer_results (run_id, layer_index, accumulator_bits, overflows, overflow_share, worst_case_bits,
           data_bits, a2q_margin_bits, bias_error, bias_error_codes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        runId,
        index,
        integers.accumulatorBits,
        integers.overflows,
        integers.overflowShare,
        integers.worstCaseBits,
        integers.dataBits,
        integers.a2qMarginBits,
        integers.biasError,
        integers.biasErrorCodes
      );
  }

  #integersOf(runId: string): Map<number, IntegerResult> {
    const rows = this.#connection
      .prepare<[string], IntegerRow>('SELECT * FROM integer_results WHERE run_id = ?')
      .all(runId);
    return new Map(
      rows.map((row) => [
        row.layer_index,
        {
          accumulatorBits: row.accumulator_bits,
          overflows: row.overflows,
          overflowShare: row.overflow_share,
          worstCaseBits: row.worst_case_bits,
          dataBits: row.data_bits,
          a2qMarginBits: row.a2q_margin_bits,
          biasError: row.bias_error,
          biasErrorCodes: row.bias_error_codes
        }
      ])
    );
  }

  ofRun(runId: string): LayerResult[] {
    const integers = this.#integersOf(runId);
    const reports = reportsOf(this.#connection, runId);
    const accelerators = acceleratorResultsOf(this.#connection, runId);
    return this.#connection
      .prepare<[string], LayerRow>(
        `SELECT layer_results.*, weights.summary AS weights, output.summary AS output FROM layer_results
         LEFT JOIN quantizers AS weights ON weights.hash = layer_results.weights_quantizer
         LEFT JOIN quantizers AS output ON output.hash = layer_results.output_quantizer
         WHERE run_id = ? ORDER BY layer_index`
      )
      .all(runId)
      .map((row) => ({
        index: row.layer_index,
        ...(reports.has(row.layer_index) && { report: reports.get(row.layer_index)! }),
        ...(integers.has(row.layer_index) && { integers: integers.get(row.layer_index)! }),
        ...(accelerators.has(row.layer_index) && { accelerator: accelerators.get(row.layer_index)! }),
        name: row.name,
        operator: row.operator,
        fused: row.fused,
        macs: row.macs,
        parameters: row.parameters,
        weights: row.weights === null ? null : (JSON.parse(row.weights) as QuantizerSummary),
        weightSqnrDb: row.weight_sqnr_db,
        output: row.output === null ? null : (JSON.parse(row.output) as QuantizerSummary)
      }));
  }

  /** The layers of a run as numbers, to be set beside those of others. */
  comparedOf(runId: string): ComparedLayer[] {
    return comparedLayersOf(this.#connection, runId);
  }

  /** Deletes the quantizers that no layer refers to any more. */
  sweep(): void {
    this.#connection.exec(
      `DELETE FROM quantizers WHERE
         NOT EXISTS (SELECT 1 FROM layer_results WHERE weights_quantizer = quantizers.hash) AND
         NOT EXISTS (SELECT 1 FROM layer_results WHERE output_quantizer = quantizers.hash)`
    );
  }

  #quantizer(summary: QuantizerSummary | null): string | null {
    if (summary === null) return null;
    const json = canonicalJson(summary);
    const hash = createHash('sha256').update(json).digest('hex');
    this.#connection
      .prepare(
        'INSERT INTO quantizers (hash, bits, low, high, summary) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'
      )
      .run(hash, summary.bits, summary.low, summary.high, json);
    return hash;
  }
}
