import type { Handlers } from '../../contract/index.ts';
import type { Context } from './context.ts';
import { exported, type Cell } from './exports/exported-table.ts';
import { fileSlug } from './exports/file-slug.ts';
import { sensitivityDetails, sensitivityWithId } from './sensitivities.ts';
import type { SensitivityQueue } from './sensitivity-queue.ts';

const columns = [
  'model',
  'dataset',
  'subject',
  'unit',
  'bits',
  'top1',
  'top1Low',
  'top1High',
  'n',
  'top1Drop',
  'logitsSqnrDb',
  'logitsError',
  'divergence',
  'crossEntropy',
  'crossEntropyRise',
  'values',
  'macs',
  'sizeBits'
] as const;

/** Sensitivities for other programs: one row for each unit and width, with all digits of the numbers. */
export function exportSensitivityHandlers(
  context: Context,
  queue: SensitivityQueue
): Pick<Handlers, 'exports.sensitivity'> {
  return {
    'exports.sensitivity': async ({ id, format }) => {
      const details = sensitivityDetails(context, queue, sensitivityWithId(context.notebook, id));
      const units = new Map(details.units.map((unit) => [`${unit.subject} ${unit.name}`, unit]));
      const rows = details.measures.map((measure): Record<(typeof columns)[number], Cell> => {
        const unit = units.get(`${measure.subject} ${measure.unit}`);
        return {
          model: details.model,
          dataset: details.dataset,
          subject: measure.subject,
          unit: measure.unit,
          bits: measure.bits,
          top1: measure.top1.value,
          top1Low: measure.top1.low,
          top1High: measure.top1.high,
          n: measure.top1.count,
          top1Drop: details.float === null ? null : details.float.top1.value - measure.top1.value,
          logitsSqnrDb: measure.logitsSqnrDb,
          logitsError: measure.logitsError,
          divergence: measure.divergence,
          crossEntropy: measure.crossEntropy,
          crossEntropyRise: details.float === null ? null : measure.crossEntropy - details.float.crossEntropy,
          values: unit?.values ?? null,
          macs: unit?.macs ?? null,
          sizeBits: measure.sizeBits
        };
      });
      const table = { columns: [...columns], rows };
      return exported(table, `sensitivity-${fileSlug(details.model)}`, format);
    }
  };
}
