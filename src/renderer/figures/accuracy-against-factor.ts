import type { Run } from '../../contract/index.ts';
import { accuracyRange, type AccuracyScale } from './accuracy-scale.ts';
import {
  accuracySeries,
  type AccuracyData,
  type AccuracySeries,
  type SeriesOptions
} from './accuracy-series.ts';
import { axis, baseLayout, legendAbove, plainText } from './base-layout.ts';
import { baselineLabelPixels, baselineLabels, type LabelledBaseline } from './baseline-labels.ts';
import { dodge, factorAxis, type FactorAxis } from './factor-axis.ts';
import type { FigureTable } from './figure-table.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { cycled, lineStyles, markerShapes } from './palette.ts';
import { percentDigits, percentInterval, percentText } from './percent.ts';
import { settingName } from './setting-names.ts';
import { whiskers } from './whiskers.ts';

export interface AccuracyFigureOptions extends SeriesOptions {
  readonly theme: FigureTheme;
  /** Factors that advance together with the one on the axis; they are named in its title. */
  readonly companions?: readonly string[];
  readonly scale?: AccuracyScale;
  /** The accessible name, and the stem of file names. */
  readonly name?: string;
}

/** Height of the plotting area, for placing labels. */
const plotHeightPixels = 310;
/** Axis labels below the plotting area, and the space around it. */
const marginHeightPixels = 84;
const legendRowPixels = 19;

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
  const range = accuracyRange(highs(data), scale);
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
      margin: { ...layout.margin, r: hasBaselines ? baselineLabelPixels : 16 },
      showlegend: data.series.length > 0 && data.series[0]!.name !== 'Top-1',
      legend: legendAbove(theme),
      annotations: baselineLabels(labelledBaselines(data, theme), range, plotHeightPixels, theme)
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
    return {
      type: 'scatter',
      mode: data.numeric ? 'lines+markers' : 'markers',
      name: plainText(series.name),
      x: xAxis.positions.map((position) => position + shifts[index]!),
      y: series.points.map((point) => (point === null ? null : 100 * point.value)),
      text: series.points.map((point, at) => hoverText(series, data.levelNames[at]!, point)),
      hovertemplate: '%{text}<extra></extra>',
      connectgaps: false,
      line: {
        color,
        width: 1.75,
        dash: data.models.length > 1 ? cycled(lineStyles, series.combinationIndex) : 'solid'
      },
      marker: { symbol: cycled(markerShapes, index), size: 8, color },
      error_y: whiskers(series.points, 100, color),
      // Markers at 0 and 100 % are drawn whole; what lies below a shortened scale is not drawn at all.
      cliponaxis: scale === 'top'
    };
  });
}

function hoverText(series: AccuracySeries, level: string, point: AccuracySeries['points'][number]): string {
  if (point === null) return '';
  const count = point.runs[0]!.samples;
  const seeds =
    point.standardDeviation === null
      ? ''
      : `<br>mean of ${point.runs.length} seeds, standard deviation ${percentText(point.standardDeviation, count)}`;
  return `${plainText(series.name)}, ${plainText(level)}<br>${percentInterval(point, count)}${seeds}`;
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

function labelledBaselines(data: AccuracyData, theme: FigureTheme): LabelledBaseline[] {
  return data.baselines.map(({ top1, modelIndex }) => {
    const ofModel = data.series.findIndex((series) => series.modelIndex === modelIndex);
    const marker = data.models.length > 1 ? cycled(markerShapes, Math.max(ofModel, 0)) : null;
    return { top1, color: baselineColor(data, modelIndex, theme), marker };
  });
}

/** Upper ends of all intervals. */
function highs({ series, baselines }: AccuracyData): number[] {
  const points = series.flatMap((each) => each.points.filter((point) => point !== null));
  return [...points, ...baselines.map(({ top1 }) => top1)].map(({ high }) => high);
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
