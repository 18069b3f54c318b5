import type { LayerReport } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

interface ReportRow {
  layer_index: number;
  output_sqnr_db: number | null;
  weights_clipped: number;
  weight_levels_used: number;
  weight_levels: number;
  output_clipped: number | null;
  output_levels_used: number | null;
  output_levels: number | null;
  channel_gain_db: number | null;
  activation_sqnr_db: number | null;
}

export function insertReport(
  connection: Connection,
  runId: string,
  index: number,
  report: LayerReport
): void {
  connection
    .prepare(
      `INSERT INTO layer_reports (run_id, layer_index, output_sqnr_db, weights_clipped, weight_levels_used, weight_levels,
         output_clipped, output_levels_used, output_levels, channel_gain_db, activation_sqnr_db)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    .run(
      runId,
      index,
      report.outputSqnrDb,
      report.weightsClipped,
      report.weightLevelsUsed,
      report.weightLevels,
      report.outputClipped,
      report.outputLevelsUsed,
      report.outputLevels,
      report.channelGainDb,
      report.activationSqnrDb
    );
}

/** Layer index -> its report. */
export function reportsOf(connection: Connection, runId: string): Map<number, LayerReport> {
  const rows = connection
    .prepare<[string], ReportRow>('SELECT * FROM layer_reports WHERE run_id = ?')
    .all(runId);
  return new Map(
    rows.map((row) => [
      row.layer_index,
      {
        outputSqnrDb: row.output_sqnr_db,
        weightsClipped: row.weights_clipped,
        weightLevelsUsed: row.weight_levels_used,
        weightLevels: row.weight_levels,
        outputClipped: row.output_clipped,
        outputLevelsUsed: row.output_levels_used,
        outputLevels: row.output_levels,
        channelGainDb: row.channel_gain_db,
        activationSqnrDb: row.activation_sqnr_db
      }
    ])
  );
}
