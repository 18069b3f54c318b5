import {
  metricCatalogue,
  metricDirection,
  type MeanOfRuns,
  type MetricEntry,
  type RunCell,
  type RunGroups
} from '../../../contract/index.ts';
import type { Handlers } from '../../../contract/index.ts';
import { latexTable, type LatexMetric } from './latex-table.ts';
import { fileSlug } from './file-slug.ts';

/** As many rows as a paper's table can have at all. */
const mostRows = 500;

const titles: Readonly<Record<string, string>> = {
  model: 'Model',
  dataset: 'Data',
  arithmetic: 'Arithmetic',
  'weights.bits': 'W bits',
  'activations.bits': 'A bits',
  'weights.range': 'Weight range',
  'activations.observer': 'Observer',
  'weights.rounding': 'Rounding',
  top1: 'Top-1',
  top5: 'Top-5',
  meanPerClass: 'Mean per class',
  crossEntropy: 'Cross-entropy',
  expectedCalibrationError: 'ECE',
  agreement: 'Same as float',
  logitsSqnrDb: 'SQNR of logits',
  modelSizeBits: 'Size',
  bops: 'BOPs',
  duration: 'Time'
};
const prefixes = ['', 'k', 'M', 'G', 'T'];

export interface LatexRequest {
  readonly experimentId?: string | undefined;
  readonly where?: string | undefined;
  readonly by: readonly string[];
  readonly metrics: readonly string[];
  readonly caption?: string | undefined;
  readonly label?: string | undefined;
}

/** The table of a request, with what its comments say of where it comes from. */
export async function exportLatex(
  groups: Handlers['runs.groups'],
  request: LatexRequest,
  name: string,
  comments: readonly string[]
): Promise<{ fileName: string; text: string }> {
  const { experimentId, where, by, metrics } = request;
  const { rows } = await groups({
    experimentId,
    where,
    trash: false,
    by: [...by],
    columns: [...by, 'baseline'],
    metrics: [...metrics],
    sort: by.map((column) => ({ column, direction: 'ascending' })),
    offset: 0,
    limit: mostRows
  });
  const slug = fileSlug(name);
  const text = latexTable({
    keys: by.map((key, index) => ({
      title: titles[key] ?? key,
      numeric: rows.every(({ cells }) => cells[index] === null || typeof cells[index] === 'number')
    })),
    metrics: metrics.map((metric, index) =>
      metricOf(
        metric,
        rows.map(({ means }) => means[index] ?? null)
      )
    ),
    rows: rows.map((row) => ({
      keys: by.map((_key, index) => keyText(row.cells[index] ?? null)),
      competes: row.cells.at(-1) !== true,
      means: row.means
    })),
    caption: request.caption ?? captionOf(name, rows),
    label: request.label ?? `tab:${slug.replace(/[^a-z0-9-]/g, '') || 'runs'}`,
    comments
  });
  return { fileName: `${slug}.tex`, text };
}

function captionOf(name: string, rows: RunGroups['rows']): string {
  const repeated = rows.some(({ runs }) => runs > 1);
  return repeated
    ? `${name}: mean ± sample standard deviation (runs). The best is bold.`
    : `${name}. The best is bold.`;
}

function keyText(cell: RunCell): string {
  if (cell === null) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return String(cell);
}

/** Shares in per cent with two decimals, counts of bits with a prefix, anything else with three significant digits. */
function metricOf(name: string, means: readonly (MeanOfRuns | null)[]): LatexMetric {
  const entry = (metricCatalogue as Readonly<Record<string, MetricEntry>>)[name];
  const title = titles[name] ?? name;
  const better = metricDirection(name);
  if (entry?.unit === '1') return { title, unit: '%', better, decimals: 2, factor: 100 };
  const largest = Math.max(0, ...means.map((mean) => Math.abs(mean?.mean ?? 0)));
  const magnitude = largest === 0 ? 0 : Math.floor(Math.log10(largest));
  const unit = name === 'duration' ? 's' : (entry?.unit ?? '');
  if (name === 'modelSizeBits' || name === 'bops') {
    const power = Math.max(0, Math.min(prefixes.length - 1, Math.floor(magnitude / 3)));
    const scaled = name === 'bops' ? prefixes[power]! : `${prefixes[power]!}${unit}`;
    return { title, unit: scaled, better, decimals: 2, factor: 1000 ** -power };
  }
  return { title, unit, better, decimals: Math.max(0, Math.min(4, 2 - magnitude)), factor: 1 };
}
