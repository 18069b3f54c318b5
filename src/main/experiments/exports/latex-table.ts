import type { MeanOfRuns } from '../../../contract/index.ts';
import { texComment, texText } from './tex-text.ts';

export interface LatexMetric {
  readonly title: string;
  /** As text: `%`, `Mbit`; an empty text for none. */
  readonly unit: string;
  readonly better: 'higher' | 'lower' | null;
  readonly decimals: number;
  /** What values are multiplied by, to be in `unit`. */
  readonly factor: number;
}

export interface LatexRow {
  readonly keys: readonly string[];
  /** Whether the row takes part in the search for the best: the float network does not. */
  readonly competes: boolean;
  readonly means: readonly (MeanOfRuns | null)[];
}

export interface LatexTable {
  readonly keys: readonly { readonly title: string; readonly numeric: boolean }[];
  readonly metrics: readonly LatexMetric[];
  readonly rows: readonly LatexRow[];
  readonly caption: string;
  readonly label: string;
  /** Where the numbers come from, a line each. */
  readonly comments: readonly string[];
}

/**
 * A table for a paper, with booktabs and siunitx (2 or 3): for each metric its mean, aligned on the decimal point, its sample
 * deviation where there are repeats, and their number. The best value is bold, by what is printed.
 */
export function latexTable({ keys, metrics, rows, caption, label, comments }: LatexTable): string {
  const columns = metrics.map((metric, index) =>
    metricColumn(
      metric,
      rows.map(({ means, competes }) => ({ mean: means[index] ?? null, competes }))
    )
  );
  const specification = [
    ...keys.map(({ numeric }) => (numeric ? 'r' : 'l')),
    ...columns.map((column) => column.specification)
  ].join(' ');
  const head = [
    ...keys.map(({ title }) => texText(title)),
    ...columns.map(({ heading, width }) => `\\multicolumn{${width}}{c}{${heading}}`)
  ];
  const body = rows.map((row, index) =>
    [...row.keys.map(texText), ...columns.map(({ cells }) => cells[index]!)].join(' & ')
  );
  return [
    ...comments.map(texComment),
    '% \\usepackage{booktabs,siunitx}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${texText(caption)}}`,
    `  \\label{${label}}`,
    `  \\begin{tabular}{${specification}}`,
    '    \\toprule',
    `    ${head.join(' & ')} \\\\`,
    '    \\midrule',
    ...body.map((line) => `    ${line} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    ''
  ].join('\n');
}

interface MetricColumn {
  readonly specification: string;
  /** Columns of the tabular that it takes. */
  readonly width: number;
  readonly heading: string;
  readonly cells: readonly string[];
}

function metricColumn(
  { title, unit, better, decimals, factor }: LatexMetric,
  values: readonly { readonly mean: MeanOfRuns | null; readonly competes: boolean }[]
): MetricColumn {
  const printed = (value: number) => (value * factor).toFixed(decimals);
  const repeated = values.some(({ mean }) => mean?.deviation !== null && mean !== null);
  const competing = values.flatMap(({ mean, competes }) =>
    mean === null || !competes ? [] : [Number(printed(mean.mean))]
  );
  const best =
    better === null || competing.length < 2
      ? null
      : better === 'higher'
        ? Math.max(...competing)
        : Math.min(...competing);
  const format = (texts: readonly string[]) => {
    const whole = Math.max(1, ...texts.map((text) => text.replace('-', '').split('.')[0]!.length));
    const sign = texts.some((text) => text.startsWith('-')) ? '-' : '';
    return `S[table-format=${sign}${whole}.${decimals},detect-weight,mode=text]`;
  };
  const means = values.flatMap(({ mean }) => (mean === null ? [] : [printed(mean.mean)]));
  const deviations = values.flatMap(({ mean }) =>
    mean === null || mean.deviation === null ? [] : [printed(mean.deviation)]
  );
  const cells = values.map(({ mean, competes }) => {
    if (mean === null) return repeated ? '{--} & & & ' : '{--}';
    const text = printed(mean.mean);
    const value = competes && Number(text) === best ? `\\bfseries ${text}` : text;
    if (!repeated) return value;
    return mean.deviation === null
      ? `${value} & & & (${mean.n})`
      : `${value} & $\\pm$ & ${printed(mean.deviation)} & (${mean.n})`;
  });
  const arrow = better === null ? '' : better === 'higher' ? ' $\\uparrow$' : ' $\\downarrow$';
  const heading = `${texText(title)}${unit === '' ? '' : ` (${texText(unit)})`}${arrow}`;
  if (!repeated) return { specification: format(means), width: 1, heading, cells };
  return {
    specification: `${format(means)} @{\\,} c @{\\,} ${format(deviations)} @{\\;} r`,
    width: 4,
    heading: `${heading} (n)`,
    cells
  };
}
