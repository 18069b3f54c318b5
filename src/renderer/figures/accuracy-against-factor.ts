import type { Run } from '../../contract/index.ts';
import {
  accuracySeries,
  type AccuracyData,
  type AccuracySeries,
  type SeriesOptions
} from './accuracy-series.ts';
import { axis, baseLayout, plainText } from './base-layout.ts';
import { dodge, factorAxis, type FactorAxis } from './factor-axis.ts';
import type { FigureTable } from './figure-table.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Figure, ScatterTrace } from './figure.ts';
import { cycled, lineStyles, markerShapes } from './palette.ts';
import { percentDigits, percentText } from './percent.ts';
import { settingName } from './setting-names.ts';
import { spreadPositions } from './spread-positions.ts';

export type AccuracyScale = 'whole' | 'top';

export interface AccuracyFigureOptions extends SeriesOptions {
  readonly theme: FigureTheme;
  /** Factors that advance together with the one on the axis; they are named in its title. */
  readonly companions?: readonly string[];
  /** From 0 to 100 %, or only the 15 points below the best, where curves that are close part. */
  readonly scale?: AccuracyScale;
  /** The accessible name, and the stem of file names. */
  readonly name?: string;
}

/** Height of the plotting area, for placing labels. */
const plotHeightPixels = 310;
/** Axis labels below the plotting area, and the space around it. */
const marginHeightPixels = 84;
const legendRowPixels = 19;
const glyphs: Readonly<Record<string, string>> = {
  circle: '●',
  square: '■',
  diamond: '◆',
  'triangle-up': '▲',
  'triangle-down': '▼',
  x: '✖',
  cross: '✚',
  star: '★',
  'circle-open': '○',
  'square-open': '□',
  'diamond-open': '◇'
};

/** Accuracy against bit widths: weights and activations together where the design advances them together. */
export function accuracyAgainstBits(
  runs: readonly Run[],
  options: Omit<AccuracyFigureOptions, 'factor'> & { readonly factor?: string }
): Figure {
  return accuracyAgainstFactor(runs, { factor: 'weights.bits', ...options });
}

/**
 * Top-1 accuracy in percent against the levels of one factor: a series for each model and combination of the `split`
 * factors, 95 % intervals as whiskers, float baselines as dashed lines with their value at the right.
 */
export function accuracyAgainstFactor(runs: readonly Run[], options: AccuracyFigureOptions): Figure {
  const { theme, companions = [], scale = 'whole' } = options;
  const data = accuracySeries(runs, options);
  const xAxis = factorAxis(data);
  const range = percentRange(data, scale);
  const title = factorTitle(data.factor, companions);
  const layout = baseLayout(
    theme,
    axis(theme, title, {
      range: xAxis.range,
      tickmode: 'array',
      tickvals: [...xAxis.positions],
      ticktext: data.levelNames.map(plainText),
      showgrid: false
    }),
    axis(theme, 'Top-1 accuracy (%)', { range })
  );
  const hasBaselines = data.baselines.length > 0;
  return {
    name: options.name ?? `Top-1 accuracy against ${title.toLowerCase()}`,
    description: describe(data, title),
    data: [...baselineTraces(data, xAxis, theme), ...seriesTraces(data, xAxis, theme, scale)],
    layout: {
      ...layout,
      margin: { ...layout.margin, r: hasBaselines ? 112 : 16 },
      showlegend: data.series.length > 0 && data.series[0]!.name !== 'Top-1',
      legend: {
        orientation: 'h',
        x: 0,
        y: 1.02,
        xanchor: 'left',
        yanchor: 'bottom',
        font: { color: theme.text, size: 12 }
      },
      annotations: baselineLabels(data, range, theme)
    },
    table: tableOf(data, title),
    heightPixels: plotHeightPixels + marginHeightPixels + legendRowPixels * legendRows(data)
  };
}

/** What an axis or a column with the levels of a factor and its companions is called. */
export function factorTitle(factor: string, companions: readonly string[]): string {
  const bits = [factor, ...companions].filter((path) => path.endsWith('.bits'));
  if (bits.includes('weights.bits') && bits.includes('activations.bits')) {
    return 'Bits of weights and activations';
  }
  return settingName(factor);
}

/** About how many rows the legend takes at the width of a printed figure, so that it does not take them from the plot. */
function legendRows(data: AccuracyData): number {
  const longest = Math.max(1, ...data.series.map((series) => series.name.length));
  const entryPixels = 48 + 6.4 * longest;
  return Math.ceil(data.series.length / Math.max(1, Math.floor(600 / entryPixels)));
}

function colorOf(
  data: AccuracyData,
  modelIndex: number,
  combinationIndex: number,
  theme: FigureTheme
): string {
  return cycled(theme.series, data.models.length > 1 ? modelIndex : combinationIndex);
}

function seriesTraces(
  data: AccuracyData,
  xAxis: FactorAxis,
  theme: FigureTheme,
  scale: AccuracyScale
): ScatterTrace[] {
  const shifts = dodge(data.series.length, xAxis);
  return data.series.map((series, index): ScatterTrace => {
    const color = colorOf(data, series.modelIndex, series.combinationIndex, theme);
    const percent = (pick: 'value' | 'low' | 'high') =>
      series.points.map((point) => (point === null ? null : 100 * point[pick]));
    const values = percent('value');
    const distance = (end: (number | null)[]) =>
      values.map((value, at) => (value === null ? 0 : Math.abs(end[at]! - value)));
    return {
      type: 'scatter',
      mode: data.numeric ? 'lines+markers' : 'markers',
      name: plainText(series.name),
      x: xAxis.positions.map((position) => position + shifts[index]!),
      y: values,
      text: series.points.map((point, at) => hoverText(series, data.levelNames[at]!, point)),
      hovertemplate: '%{text}<extra></extra>',
      connectgaps: false,
      line: {
        color,
        width: 1.75,
        dash: data.models.length > 1 ? cycled(lineStyles, series.combinationIndex) : 'solid'
      },
      marker: { symbol: cycled(markerShapes, index), size: 8, color },
      error_y: {
        type: 'data',
        symmetric: false,
        array: distance(percent('high')),
        arrayminus: distance(percent('low')),
        color,
        thickness: 1.25,
        width: 4
      },
      // Markers at 0 and 100 % are drawn whole; what lies below a shortened scale is not drawn at all.
      cliponaxis: scale === 'top'
    };
  });
}

function hoverText(series: AccuracySeries, level: string, point: AccuracySeries['points'][number]): string {
  if (point === null) return '';
  const count = point.runs[0]!.samples;
  const [value, low, high] = [point.value, point.low, point.high].map((share) => percentText(share, count));
  const seeds =
    point.standardDeviation === null
      ? ''
      : `<br>mean of ${point.runs.length} seeds, standard deviation ${percentText(point.standardDeviation, count)}`;
  return `${plainText(series.name)}, ${plainText(level)}<br>${value} % (95 %: ${low} to ${high})${seeds}`;
}

function baselineTraces(data: AccuracyData, xAxis: FactorAxis, theme: FigureTheme): ScatterTrace[] {
  return data.baselines.map((baseline) => ({
    type: 'scatter',
    mode: 'lines',
    name: `${plainText(baseline.model)}, float`,
    x: [...xAxis.range],
    y: [100 * baseline.top1.value, 100 * baseline.top1.value],
    line: { color: baselineColor(data, baseline.modelIndex, theme), width: 1, dash: 'dash' },
    hoverinfo: 'skip',
    showlegend: false
  }));
}

function baselineColor(data: AccuracyData, modelIndex: number, theme: FigureTheme): string {
  return data.models.length > 1 ? cycled(theme.series, modelIndex) : theme.mutedText;
}

/** `● float 91.55` at the right end of each baseline, moved apart where they would overlap. */
function baselineLabels(data: AccuracyData, range: [number, number], theme: FigureTheme): Annotation[] {
  const heights = data.baselines.map((baseline) => 100 * baseline.top1.value);
  const positions = spreadPositions(heights, (17 / plotHeightPixels) * (range[1] - range[0]));
  return data.baselines.map((baseline, index) => {
    const color = baselineColor(data, baseline.modelIndex, theme);
    const ofModel = data.series.findIndex((series) => series.modelIndex === baseline.modelIndex);
    const mark = data.models.length > 1 ? (glyphs[cycled(markerShapes, Math.max(ofModel, 0))] ?? '–') : '–';
    const value = percentText(baseline.top1.value, baseline.top1.count);
    return {
      x: 1,
      y: positions[index]!,
      xref: 'paper',
      yref: 'y',
      text: `<span style="color:${color}">${mark}</span> float ${value}`,
      showarrow: false,
      xanchor: 'left',
      yanchor: 'middle',
      xshift: 6,
      font: { color: theme.text, size: 12 }
    };
  });
}

function percentRange(data: AccuracyData, scale: AccuracyScale): [number, number] {
  const points = data.series.flatMap((series) => series.points.filter((point) => point !== null));
  const ends = [...points, ...data.baselines.map((baseline) => baseline.top1)];
  if (scale === 'whole' || ends.length === 0) return [0, 100];
  const high = Math.min(100, Math.ceil(Math.max(...ends.map((end) => 100 * end.high))));
  return [Math.max(0, high - 15), high];
}

function describe(data: AccuracyData, title: string): string {
  const done = data.series.reduce((sum, series) => sum + series.points.filter(Boolean).length, 0);
  const spans = data.series.flatMap((series) => {
    const points = series.points.flatMap((point, at) => (point === null ? [] : [{ point, at }]));
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const text = ({ point, at }: typeof first) =>
      `${percentText(point.value, point.runs[0]!.samples)} % at ${data.levelNames[at]}`;
    return [`${series.name}: ${text(first)}${last === first ? '' : `, ${text(last)}`}`];
  });
  const intro = `Top-1 accuracy in percent against ${title.toLowerCase()}, with 95 % intervals; ${done} points.`;
  return [intro, ...spans.map((span) => `${span}.`)].join(' ');
}

function tableOf(data: AccuracyData, title: string): FigureTable {
  const counts = [
    ...data.series.flatMap((series) => series.points.map((point) => point?.runs[0]?.samples ?? 0))
  ];
  const digits = percentDigits(Math.max(0, ...counts, ...data.baselines.map(({ top1 }) => top1.count)));
  const rows = data.series.flatMap((series) =>
    series.points.map((point, at) => [
      data.levelNames[at]!,
      series.name,
      point === null ? null : 100 * point.value,
      point === null ? null : 100 * point.low,
      point === null ? null : 100 * point.high,
      point === null || point.standardDeviation === null ? null : 100 * point.standardDeviation,
      point === null ? null : point.runs.length,
      point === null ? null : point.runs[0]!.samples,
      point === null ? null : point.runs.map((run) => run.id).join(' ')
    ])
  );
  const baselines = data.baselines.map(({ model, top1, runId }) => [
    'float',
    model,
    100 * top1.value,
    100 * top1.low,
    100 * top1.high,
    null,
    1,
    top1.count,
    runId
  ]);
  return {
    columns: [
      { title },
      { title: 'Series' },
      { title: 'Top-1', unit: '%', digits },
      { title: '95 % low', unit: '%', digits },
      { title: '95 % high', unit: '%', digits },
      { title: 'Standard deviation', unit: 'points', digits: 2 },
      { title: 'Seeds', digits: 0 },
      { title: 'Samples', digits: 0 },
      { title: 'Run' }
    ],
    rows: [...baselines, ...rows]
  };
}
