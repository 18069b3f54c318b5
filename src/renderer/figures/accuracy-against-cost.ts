import { repeatKey, type Run } from '../../contract/index.ts';
import { accuracyRange, type AccuracyScale } from './accuracy-scale.ts';
import { meanPoint, type SeriesPoint } from './accuracy-series.ts';
import { axis, baseLayout, legendAbove, plainText } from './base-layout.ts';
import { baselineLabelPixels, baselineLabels } from './baseline-labels.ts';
import type { FigureTable } from './figure-table.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { describeMetric } from './metric-descriptions.ts';
import { cycled, markerShapes } from './palette.ts';
import { onFront } from './pareto.ts';
import { percentDigits, percentInterval } from './percent.ts';
import { whiskers } from './whiskers.ts';

/** Metrics of a run that are a price. */
export const costQuantities = [
  'averageWeightBits',
  'modelSizeBits',
  'bops',
  'energyMicrojoule',
  'latencyMicrosecond',
  'areaSquareMillimetre'
] as const;

export type CostQuantity = (typeof costQuantities)[number];

export type BitsKind = 'one width' | 'chosen layer by layer';

/** What was computed with one setting, with its price; over seeds where there are several. */
export interface CostPoint extends SeriesPoint {
  /** The first of the runs. */
  readonly run: Run;
  readonly kind: BitsKind;
  /** In the unit in which the metric is shown. */
  readonly cost: number;
  /** Whether nothing of the same model is as cheap and better. */
  readonly front: boolean;
}

const plotHeightPixels = 310;

/**
 * How the bits of runs came about. A run has one width for all where its overrides of layers are none, or are shared with runs of other
 * widths; bits that are chosen layer by layer are a run's own.
 * @param runs of one experiment
 */
export function bitsKinds(runs: readonly Run[]): (run: Run) => BitsKind {
  const widths = Map.groupBy(runs, ({ configuration }) => JSON.stringify(configuration.layers));
  return ({ configuration: { layers } }) => {
    const same = widths.get(JSON.stringify(layers)) ?? [];
    const isShared = new Set(same.map(({ configuration }) => configuration.weights.bits)).size > 1;
    return Object.keys(layers).length === 0 || isShared ? 'one width' : 'chosen layer by layer';
  };
}

/** The prices that tell the finished quantized runs apart. */
export function telltaleCosts(runs: readonly Run[]): CostQuantity[] {
  const finished = runs.filter((run) => !run.baseline && run.top1 !== null);
  return costQuantities.filter((quantity) => {
    const costs = new Set(finished.map(({ metrics }) => metrics[quantity]));
    costs.delete(undefined);
    return costs.size > 1;
  });
}

/** What is finished and has the cost, float networks left out, cheapest first. */
export function costPoints(runs: readonly Run[], quantity: CostQuantity): CostPoint[] {
  const priced = runs.filter(
    (run) => !run.baseline && run.top1 !== null && run.metrics[quantity] !== undefined
  );
  const kindOf = bitsKinds(runs);
  const { factor } = describeMetric(quantity);
  const points = [...Map.groupBy(priced, repeatKey).values()].map((repeats) => {
    const costs = repeats.map(({ metrics }) => metrics[quantity]! * factor);
    const cost = costs.reduce((sum, each) => sum + each, 0) / costs.length;
    return { ...meanPoint(repeats)!, run: repeats[0]!, kind: kindOf(repeats[0]!), cost };
  });
  const ofModel = Map.groupBy(points, ({ run }) => run.model);
  const withFront = [...ofModel.values()].flatMap((own) => {
    const front = onFront(own);
    return own.map((point, index) => ({ ...point, front: front[index]! }));
  });
  return withFront.sort((a, b) => a.cost - b.cost || a.value - b.value);
}

export interface CostFigureOptions {
  readonly scale?: AccuracyScale;
  /** What tells a run from others of its model, in words. */
  readonly settingOf?: (run: Run) => string;
}

/** Points of one model whose bits came about alike. */
interface CostSeries {
  readonly name: string;
  readonly model: string;
  readonly kind: BitsKind;
  readonly points: readonly CostPoint[];
  readonly color: string;
  readonly marker: string;
}

/** @param models in the order of their colours, which is that of other figures of the same runs */
function costSeries(
  points: readonly CostPoint[],
  models: readonly string[],
  theme: FigureTheme
): CostSeries[] {
  const hasKinds = points.some(({ kind }) => kind !== 'one width');
  const groups = models.flatMap((model) =>
    (['one width', 'chosen layer by layer'] as const).map((kind) => ({
      model,
      kind,
      points: points.filter((point) => point.run.model === model && point.kind === kind)
    }))
  );
  return groups
    .filter((group) => group.points.length > 0)
    .map((group, index) => {
      const words = [
        ...(models.length > 1 || !hasKinds ? [group.model] : []),
        ...(hasKinds ? [group.kind] : [])
      ];
      const color = cycled(theme.series, index);
      return { ...group, name: plainText(words.join(', ')), color, marker: cycled(markerShapes, index) };
    });
}

/**
 * Top-1 accuracy against what a run costs: for each model one series with one width for all layers and one with bits chosen layer by
 * layer, 95 % intervals as whiskers. Lines join the points of a series that none of it beats; hollow points are beaten by another run.
 */
export function accuracyAgainstCost(
  runs: readonly Run[],
  quantity: CostQuantity,
  theme: FigureTheme,
  { scale = 'whole', settingOf = () => '' }: CostFigureOptions = {}
): Figure {
  const { title, unit } = describeMetric(quantity);
  const points = costPoints(runs, quantity);
  const models = [...new Set(runs.map(({ model }) => model))];
  const series = costSeries(points, models, theme);
  const severalModels = new Set(series.map(({ model }) => model)).size > 1;
  const baselines = runs.flatMap((run) => {
    const own = series.find(({ model }) => model === run.model);
    if (!run.baseline || run.top1 === null || own === undefined) return [];
    const [color, marker] = severalModels ? [own.color, own.marker] : [theme.mutedText, null];
    return [{ model: run.model, top1: run.top1, color, marker }];
  });
  const range = accuracyRange(
    [...points, ...baselines.map(({ top1 }) => top1)].map(({ high }) => high),
    scale
  );
  const costs = points.map(({ cost }) => cost);
  const layout = baseLayout(
    theme,
    axis(theme, `${title} (${unit})`, { showgrid: false }),
    axis(theme, 'Top-1 accuracy (%)', { range })
  );
  const dashed = baselines.map(({ model, top1, color }): ScatterTrace => ({
    type: 'scatter',
    mode: 'lines',
    name: `${plainText(model)}, float`,
    x: [Math.min(...costs), Math.max(...costs)],
    y: [100 * top1.value, 100 * top1.value],
    line: { color, width: 1, dash: 'dash' },
    hoverinfo: 'skip',
    showlegend: false
  }));
  const traces = series.flatMap((each) => seriesTraces(each, quantity, settingOf, theme));
  return {
    name: `Top-1 accuracy against ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    description: description(points, title),
    data: [...dashed, ...traces],
    layout: {
      ...layout,
      showlegend: traces.length > 0,
      legend: legendAbove(theme),
      annotations: baselineLabels(baselines, range, plotHeightPixels, theme),
      margin: { ...layout.margin, r: baselines.length > 0 ? baselineLabelPixels : 16 }
    },
    table: tableOf(points, quantity, settingOf),
    heightPixels: 400 + 19 * Math.ceil(traces.length / 4)
  };
}

function seriesTraces(
  { name, kind, points, color, marker }: CostSeries,
  quantity: CostQuantity,
  settingOf: (run: Run) => string,
  theme: FigureTheme
): ScatterTrace[] {
  const { unit, decimals } = describeMetric(quantity);
  const best = onFront(points);
  const line = points.filter((_, index) => best[index]);
  const marks = (front: boolean): ScatterTrace[] => {
    const shown = points.filter((point) => point.front === front);
    if (shown.length === 0) return [];
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name: front ? name : `${name}, beaten`,
        x: shown.map(({ cost }) => cost),
        y: shown.map(({ value }) => 100 * value),
        text: shown.map((point) => {
          const seeds = point.runs.length > 1 ? `<br>mean of ${point.runs.length} seeds` : '';
          const cost = `${point.cost.toFixed(decimals)} ${unit}`;
          const setting = settingOf(point.run);
          return [
            name,
            ...(setting === '' ? [] : [plainText(setting)]),
            `${cost}: ${percentInterval(point, point.run.samples)}${seeds}`
          ].join('<br>');
        }),
        hovertemplate: '%{text}<extra></extra>',
        showlegend: true,
        marker: {
          symbol: marker,
          size: 9,
          color: front ? color : theme.background,
          line: { color, width: 1.5 }
        },
        error_y: whiskers(shown, 100, color)
      }
    ];
  };
  return [
    {
      type: 'scatter',
      mode: 'lines',
      name,
      x: line.map(({ cost }) => cost),
      y: line.map(({ value }) => 100 * value),
      line: { color, width: 1.5, dash: kind === 'one width' ? 'dot' : 'solid' },
      hoverinfo: 'skip',
      showlegend: false
    },
    ...marks(true),
    ...marks(false)
  ];
}

function tableOf(
  points: readonly CostPoint[],
  quantity: CostQuantity,
  settingOf: (run: Run) => string
): FigureTable {
  const { title, unit, decimals } = describeMetric(quantity);
  const digits = percentDigits(Math.max(0, ...points.map(({ run }) => run.samples)));
  return {
    columns: [
      { title: 'Model' },
      { title: 'Bits' },
      { title: 'Setting' },
      { title, unit, digits: decimals },
      { title: 'Top-1', unit: '%', digits },
      { title: '95 % low', unit: '%', digits },
      { title: '95 % high', unit: '%', digits },
      { title: 'Seeds', digits: 0 },
      { title: 'On the front' },
      { title: 'Run' }
    ],
    rows: points.map(({ run, runs, kind, cost, value, low, high, front }) => [
      run.model,
      kind,
      settingOf(run),
      cost,
      100 * value,
      100 * low,
      100 * high,
      runs.length,
      front ? 'yes' : 'no',
      runs.map(({ id }) => id).join(' ')
    ])
  };
}

function description(points: readonly CostPoint[], title: string): string {
  const counts = [...Map.groupBy(points, ({ run }) => run.model)].map(([model, own]) => {
    const front = own.filter((point) => point.front);
    const mixed = front.filter(({ kind }) => kind !== 'one width').length;
    return `${model}: ${own.length} ${own.length === 1 ? 'point' : 'points'}, ${front.length} on the front, ${mixed} of them with bits chosen layer by layer.`;
  });
  return [`Top-1 accuracy in percent against ${title.toLowerCase()}, with 95 % intervals.`, ...counts].join(
    ' '
  );
}
