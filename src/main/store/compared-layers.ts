import type { ComparedQuantity } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

/** A layer of a run as numbers that can be set beside those of other runs. */
export type ComparedLayer = { readonly name: string } & Readonly<Record<ComparedQuantity, number | null>>;

/** From the input to the output. The parameters of quantizers, one for each channel, are not read. */
export function comparedLayersOf(connection: Connection, runId: string): ComparedLayer[] {
  return connection
    .prepare<[string], ComparedLayer>(
      `SELECT layers.name, weight_sqnr_db AS weightSqnrDb, weights.bits AS weightBits, output.bits AS outputBits,
         reports.output_sqnr_db AS outputSqnrDb, activation_sqnr_db AS activationSqnrDb,
         weights_clipped AS weightsClipped, output_clipped AS outputClipped, overflow_share AS overflowShare,
         accelerators.output_sqnr_db AS hardwareSqnrDb, clipped_share AS adcClipped
       FROM layer_results AS layers
       LEFT JOIN quantizers AS weights ON weights.hash = weights_quantizer
       LEFT JOIN quantizers AS output ON output.hash = output_quantizer
       LEFT JOIN layer_reports AS reports USING (run_id, layer_index)
       LEFT JOIN integer_results USING (run_id, layer_index)
       LEFT JOIN accelerator_results AS accelerators USING (run_id, layer_index)
       WHERE run_id = ? ORDER BY layer_index`
    )
    .all(runId);
}
