import type { ErrorBudget, Estimate } from '../../contract/index.ts';
import { axis, baseLayout, plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Axis, Figure, ScatterTrace } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';
import { levelPhrase } from './setting-names.ts';

const rowPixels = 28;
/** Half of the height of a bar, in rows. */
const halfBar = 0.32;
/** Room for the changes in words, right of the bars. */
const labelPixels = 76;
/** Where values can lie, in per cent or points. */
type Bounds = readonly [low: number, high: number];

/** Model and levels of a budget in a few words. */
export function budgetName({ model, levels }: Pick<ErrorBudget, 'model' | 'levels'>): string {
  return [model, ...Object.entries(levels).map(([path, level]) => levelPhrase(path, level))].join(', ');
}

/** One row of a figure: a bar from one accuracy or difference to another, with the interval of its length. */
interface Row {
  readonly title: string;
  /** In per cent or points; null where nothing is known yet. */
  readonly from: number | null;
  readonly to: number | null;
  readonly change: Estimate | null;
}

/**
 * Top-1 from the float network down to the hardware, one error after the other: each bar begins where the one above it ends, and
 * its whisker is the 95 % interval of the change.
 */
export function budgetWaterfall(budget: ErrorBudget, theme: FigureTheme): Figure {
  const known = budget.stages.map(({ cumulative: { top1 } }) => (top1 === null ? null : 100 * top1.value));
  const rows = budget.stages.map(({ title, cumulative }, index): Row => ({
    title,
    from: known[index - 1] ?? null,
    to: known[index]!,
    change: cumulative.change
  }));
  const first = known.find((value) => value !== null) ?? null;
  const last = known.findLast((value) => value !== null) ?? null;
  const summary =
    first === null || last === null ? '' : ` From ${first.toFixed(2)} to ${last.toFixed(2)} per cent.`;
  return {
    ...figureOf(rows, 'Top-1 accuracy (%)', [0, 100], theme),
    name: `Error budget, ${budgetName(budget)}`,
    description: `Top-1 accuracy of ${budgetName(budget)} as ${rows.length} stages are added.${summary}`,
    table: {
      columns: [
        { title: 'Stage' },
        { title: 'Top-1', unit: '%', digits: 2 },
        { title: '95 % low', unit: '%', digits: 2 },
        { title: '95 % high', unit: '%', digits: 2 },
        { title: 'Change', unit: 'points', digits: 2 },
        { title: 'Change, 95 % low', unit: 'points', digits: 2 },
        { title: 'Change, 95 % high', unit: 'points', digits: 2 },
        { title: 'Seeds', digits: 0 }
      ],
      rows: budget.stages.map(({ title, cumulative: { top1, change, runIds } }) => [
        title,
        ...percents(top1),
        ...percents(change),
        runIds.length
      ])
    }
  };
}

/** What each stage costs when it is the only error on exact integers. */
export function budgetAlone(budget: ErrorBudget, theme: FigureTheme): Figure {
  const stages = budget.stages.flatMap(({ title, alone }) => (alone === null ? [] : [{ title, alone }]));
  const rows = stages.map(({ title, alone: { change } }): Row => ({
    title,
    from: change === null ? null : 0,
    to: change === null ? null : 100 * change.value,
    change
  }));
  return {
    ...figureOf(rows, 'Change of top-1 (points)', [-100, 100], theme),
    name: `Each stage alone, ${budgetName(budget)}`,
    description: `What each of ${rows.length} stages of ${budgetName(budget)} changes when it is the only error on exact integers, in points of top-1.`,
    table: {
      columns: [
        { title: 'Stage' },
        { title: 'Change', unit: 'points', digits: 2 },
        { title: '95 % low', unit: 'points', digits: 2 },
        { title: '95 % high', unit: 'points', digits: 2 },
        { title: 'Seeds', digits: 0 }
      ],
      rows: stages.map(({ title, alone: { change, runIds } }) => [title, ...percents(change), runIds.length])
    }
  };
}

/** Whole decibels with a typographic minus. */
const decibels = (value: number) => String(Math.round(value) + 0).replace('-', '−');

/** Beyond this SQNR a loss cannot be seen. */
const faintDb = 60;

/**
 * What each stage does to each layer: SQNR of the layer's output in dB, in a strong colour where much is lost. Quantization is seen against the
 * float network; a stage of the hardware, alone, against exact integers on the same codes.
 */
export function budgetLayers(budget: ErrorBudget, theme: FigureTheme): Figure {
  const columns = budget.stages.flatMap(({ id, title, cumulative, alone }) => {
    if (id === 'quantized') return [{ title, values: cumulative.layersSqnrDb }];
    return alone === null ? [] : [{ title, values: alone.layersSqnrDb }];
  });
  const cells = columns.flatMap(({ title, values }, column) =>
    budget.layers.flatMap((layer, row): HeatCell[] => {
      const value = values[row] ?? null;
      if (value === null) return [];
      return [
        {
          column,
          row,
          shade: Math.min(1, Math.max(0, 1 - value / faintDb)),
          text: decibels(value),
          hover: `${plainText(layer)}, ${title}<br>${value.toFixed(1)} dB`
        }
      ];
    })
  );
  const layout = heatLayout(
    theme,
    { title: 'Stage', names: columns.map(({ title }) => title) },
    { title: 'Layer', names: budget.layers.map(plainText) }
  );
  return {
    name: `SQNR by layer and stage, ${budgetName(budget)}`,
    description: `Signal to quantization noise ratio in dB of ${budget.layers.length} layers for ${columns.length} stages of ${budgetName(budget)}; the stronger the colour the worse, nothing where nothing was lost.`,
    data: heatTraces(cells, theme, 11),
    layout: { ...layout, margin: { ...layout.margin, l: 120, t: 88 } },
    table: {
      columns: [{ title: 'Layer' }, ...columns.map(({ title }) => ({ title, unit: 'dB', digits: 1 }))],
      rows: budget.layers.map((layer, row) => [layer, ...columns.map(({ values }) => values[row] ?? null)])
    },
    heightPixels: 112 + Math.max(budget.layers.length * 20, 88)
  };
}

const percents = (estimate: Estimate | null): (number | null)[] =>
  [estimate?.value, estimate?.low, estimate?.high].map((share) =>
    share === null || share === undefined ? null : 100 * share
  );

/** Bars with whiskers, from the top down, and their lengths as text in a column beside them. */
function figureOf(
  rows: readonly Row[],
  title: string,
  bounds: Bounds,
  theme: FigureTheme
): Pick<Figure, 'data' | 'layout' | 'heightPixels'> {
  const ends = rows.flatMap(({ from, to, change }) =>
    to === null ? [] : [to, ...(from === null ? [] : [from]), ...whiskerEnds(to, change, bounds)]
  );
  const [low, high] = ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(0.5, 0.06 * (high - low));
  // A little beyond what can be, so that marks at the very end are whole.
  const beyond = 0.02 * Math.max(high - low, 1);
  const range: [number, number] = [
    Math.max(low - margin, bounds[0] - beyond),
    Math.min(high + margin, bounds[1] + beyond)
  ];
  const rowAxis: Axis = {
    tickmode: 'array',
    tickvals: rows.map((_, index) => index),
    ticktext: rows.map((row) => row.title),
    range: [rows.length - 0.5, -0.5],
    showgrid: false,
    tickcolor: theme.background,
    fixedrange: true
  };
  const layout = baseLayout(
    theme,
    axis(theme, title, { range, fixedrange: true }),
    axis(theme, 'Stage', rowAxis)
  );
  return {
    data: [
      ...(['loss', 'gain'] as const).map((kind) => bars(rows, kind, theme)),
      connectors(rows, theme),
      markers(rows, bounds, theme)
    ],
    layout: {
      ...layout,
      margin: { ...layout.margin, r: labelPixels },
      dragmode: false,
      annotations: labels(rows, theme)
    },
    heightPixels: 72 + Math.max(2, rows.length) * rowPixels
  };
}

function bars(rows: readonly Row[], kind: 'loss' | 'gain', theme: FigureTheme): ScatterTrace {
  const mine = rows.flatMap(({ from, to }, row) => {
    if (from === null || to === null || (kind === 'loss') !== to < from || to === from) return [];
    return [{ from, to, row }];
  });
  return {
    type: 'scatter',
    mode: 'none',
    name: kind,
    x: mine.flatMap(({ from, to }) => [from, to, to, from, from, null]),
    y: mine.flatMap(({ row }) => {
      const [top, bottom] = [row - halfBar, row + halfBar];
      return [top, top, bottom, bottom, top, null];
    }),
    fill: 'toself',
    fillcolor: kind === 'loss' ? theme.series[1]! : theme.series[2]!,
    hoverinfo: 'skip',
    showlegend: false
  };
}

/** Thin lines from the end of each bar to the row below it. */
function connectors(rows: readonly Row[], theme: FigureTheme): ScatterTrace {
  const steps = rows.flatMap(({ to }, row) =>
    row + 1 < rows.length && to !== null && rows[row + 1]!.from === to ? [{ to, row }] : []
  );
  return {
    type: 'scatter',
    mode: 'lines',
    name: '',
    x: steps.flatMap(({ to }) => [to, to, null]),
    y: steps.flatMap(({ row }) => [row - halfBar, row + 1 + halfBar, null]),
    line: { color: theme.axis, width: 1 },
    hoverinfo: 'skip',
    showlegend: false
  };
}

/** The end of each bar with the interval of its length, as far as an accuracy can be there. */
function markers(rows: readonly Row[], bounds: Bounds, theme: FigureTheme): ScatterTrace {
  const known = rows.flatMap((row, index) => (row.to === null ? [] : [{ ...row, to: row.to, index }]));
  const distance = (end: 'low' | 'high') =>
    known.map(({ to, change }) => {
      const [at = to] = whiskerEnds(to, change, bounds, [end]);
      return Math.abs(at - to);
    });
  return {
    type: 'scatter',
    mode: 'markers',
    name: '',
    x: known.map(({ to }) => to),
    y: known.map(({ index }) => index),
    text: known.map(({ title, to, change }) => `${title}: ${to.toFixed(2)}${changeText(change, '<br>')}`),
    hovertemplate: '%{text}<extra></extra>',
    marker: { symbol: 'diamond', size: 7, color: theme.text },
    error_x: {
      type: 'data',
      symmetric: false,
      array: distance('high'),
      arrayminus: distance('low'),
      color: theme.text,
      thickness: 1.25,
      width: 4
    },
    showlegend: false
  };
}

function labels(rows: readonly Row[], theme: FigureTheme): Annotation[] {
  return rows.map(({ to, change }, row): Annotation => {
    const text = change === null ? (to === null ? 'not known yet' : to.toFixed(2)) : points(change.value);
    return {
      x: 1,
      y: row,
      xref: 'paper',
      yref: 'y',
      text,
      showarrow: false,
      xanchor: 'right',
      yanchor: 'middle',
      xshift: labelPixels,
      font: { color: to === null ? theme.mutedText : theme.text, size: 12 }
    };
  });
}

/** Where the interval of a change ends, cut to what an accuracy can be. */
function whiskerEnds(
  to: number,
  change: Estimate | null,
  [lowest, highest]: Bounds,
  ends: readonly ('low' | 'high')[] = ['low', 'high']
): number[] {
  return ends.flatMap((end) => {
    const value = change?.[end] ?? null;
    if (change === null || value === null) return [];
    return [Math.min(Math.max(to + 100 * (value - change.value), lowest), highest)];
  });
}

function changeText(change: Estimate | null, separator: string): string {
  if (change === null) return '';
  const { value, low, high, seeds } = change;
  const interval = low === null || high === null ? '' : ` (95 %: ${points(low)} to ${points(high)})`;
  return `${separator}${points(value)} points${interval}${seeds > 1 ? `, ${seeds} seeds` : ''}`;
}

/** Percentage points with a sign and a typographic minus. */
function points(share: number): string {
  const text = Math.abs(100 * share).toFixed(2);
  if (Number(text) === 0) return '0.00';
  return share < 0 ? `−${text}` : `+${text}`;
}
