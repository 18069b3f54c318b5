import type { AcceleratorResult } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

interface AcceleratorRow {
  layer_index: number;
  tiles: number;
  passes: number;
  utilization: number;
  full_scale: number;
  adc_low: number | null;
  adc_high: number | null;
  clipped_share: number;
  overflows: number;
  output_sqnr_db: number | null;
}

export function insertAcceleratorResult(
  connection: Connection,
  runId: string,
  index: number,
  result: AcceleratorResult
): void {
  connection
    .prepare(
      `INSERT INTO accelerator_results (run_id, layer_index, tiles, passes, utilization, full_scale, adc_low, adc_high,
         clipped_share, overflows, output_sqnr_db) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    .run(
      runId,
      index,
      result.tiles,
      result.passes,
      result.utilization,
      result.fullScale,
      result.adcLow,
      result.adcHigh,
      result.clippedShare,
      result.overflows,
      result.outputSqnrDb
    );
}

/** Layer index -> what became of it on the accelerator. */
export function acceleratorResultsOf(connection: Connection, runId: string): Map<number, AcceleratorResult> {
  const rows = connection
    .prepare<[string], AcceleratorRow>('SELECT * FROM accelerator_results WHERE run_id = ?')
    .all(runId);
  return new Map(
    rows.map((row) => [
      row.layer_index,
      {
        tiles: row.tiles,
        passes: row.passes,
        utilization: row.utilization,
        fullScale: row.full_scale,
        adcLow: row.adc_low,
        adcHigh: row.adc_high,
        clippedShare: row.clipped_share,
        overflows: row.overflows,
        outputSqnrDb: row.output_sqnr_db
      }
    ])
  );
}
