import type { Run } from '../../contract/index.ts';
import type { AccuracyScale } from './accuracy-against-factor.ts';
import { axis, baseLayout, plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Figure, ScatterTrace } from './figure.ts';
import { cycled } from './palette.ts';
import { onFront } from './pareto.ts';
import { percentDigits, percentText } from './percent.ts';

export type { AccuracyScale };
export type CostQuantity = 'averageWeightBits' | 'modelSizeBits' | 'bops';

interface CostDescription {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** The metric's value in the unit. */
  readonly scale: number;
}

export const costQuantities: Readonly<Record<CostQuantity, CostDescription>> = {
  averageWeightBits: { title: 'Mean bits of a weight', unit: 'bits', digits: 2, scale: 1 },
  modelSizeBits: { title: 'Size of the parameters', unit: 'kB', digits: 1, scale: 1 / 8000 },
  bops: { title: 'Bit operations for a sample', unit: 'million', digits: 0, scale: 1e-6 }
};

export type BitsKind = 'one width' | 'chosen layer by layer';

/** A finished run with its price. */
export interface CostPoint {
  readonly run: Run;
  readonly kind: BitsKind;
  readonly cost: number;
  /** Top-1, a proportion. */
  readonly value: number;
  /** Whether no run of the same model is as cheap and better. */
  readonly front: boolean;
}

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

/** The finished quantized runs that have the cost, cheapest first. */
export function costPoints(runs: readonly Run[], quantity: CostQuantity): CostPoint[] {
  const finished = runs.filter(
    (run) => !run.baseline && run.top1 !== null && run.metrics[quantity] !== undefined
  );
  const kindOf = bitsKinds(runs);
  const points = finished.map((run) => ({
    run,
    kind: kindOf(run),
    cost: run.metrics[quantity]! * costQuantities[quantity].scale,
    value: run.top1!.value
  }));
  const ofModel = Map.groupBy(points, ({ run }) => run.model);
  const withFront = [...ofModel.values()].flatMap((own) => {
    const front = onFront(own);
    return own.map((point, index) => ({ ...point, front: front[index]! }));
  });
  return withFront.sort((a, b) => a.cost - b.cost || a.value - b.value);
}

/**
 * Top-1 accuracy against what a run costs: for each model one series with one width for all layers and one with bits chosen layer by
 * layer, 95 % intervals as whiskers. Lines join the points of a series that none of it beats; hollow points are beaten by another run.
 */
export function accuracyAgainstCost(
  runs: readonly Run[],
  quantity: CostQuantity,
  theme: FigureTheme,
  scale: AccuracyScale = 'whole'
): Figure {
  const { title, unit, digits } = costQuantities[quantity];
  const points = costPoints(runs, quantity);
  const baselines = runs.filter((run) => run.baseline && run.top1 !== null);
  const models = [...new Set(points.map(({ run }) => run.model))];
  const header = `${title} (${unit})`;
  const count = Math.max(0, ...runs.map((run) => run.samples));
  const traces = models.flatMap((model, index) =>
    (['one width', 'chosen layer by layer'] as const).flatMap((kind) => {
      const own = points.filter(({ run, kind: each }) => run.model === model && each === kind);
      if (own.length === 0) return [];
      const color = cycled(theme.series, 2 * index + (kind === 'one width' ? 1 : 0));
      const name = models.length > 1 ? `${model}, ${kind}` : kind;
      return seriesTraces(own, plainText(name), color, kind === 'one width' ? 'square' : 'circle', {
        unit,
        digits,
        background: theme.background
      });
    })
  );
  const layout = baseLayout(
    theme,
    axis(theme, header, { showgrid: false }),
    axis(theme, 'Top-1 accuracy (%)', {
      range: percentRange([...points.map(({ run }) => run), ...baselines], scale)
    })
  );
  return {
    name: `Top-1 accuracy against ${title.toLowerCase()}`,
    description: description(points, title, models),
    data: [...baselines.flatMap((run) => baselineTrace(run, points, theme)), ...traces],
    layout: {
      ...layout,
      showlegend: traces.length > 0,
      legend: {
        orientation: 'h',
        x: 0,
        y: 1.02,
        xanchor: 'left',
        yanchor: 'bottom',
        font: { color: theme.text, size: 12 }
      },
      annotations: baselines.map((run) => baselineLabel(run, models.length > 1, theme)),
      margin: { ...layout.margin, r: baselines.length > 0 ? 112 : 16 }
    },
    table: {
      columns: [
        { title: 'Model' },
        { title: 'Bits' },
        { title, unit, digits },
        { title: 'Top-1', unit: '%', digits: percentDigits(count) },
        { title: '95 % low', unit: '%', digits: percentDigits(count) },
        { title: '95 % high', unit: '%', digits: percentDigits(count) },
        { title: 'On the front' },
        { title: 'Run' }
      ],
      rows: points.map(({ run, kind, cost, front }) => [
        run.model,
        kind,
        cost,
        100 * run.top1!.value,
        100 * run.top1!.low,
        100 * run.top1!.high,
        front ? 'yes' : 'no',
        run.id
      ])
    },
    heightPixels: 400 + 19 * Math.ceil(traces.length / 4)
  };
}

/** From 0 to 100 %, or only the 15 points below the best interval's end. */
function percentRange(runs: readonly Run[], scale: AccuracyScale): [number, number] {
  if (scale === 'whole' || runs.length === 0) return [0, 100];
  const high = Math.min(100, Math.ceil(Math.max(...runs.map(({ top1 }) => 100 * top1!.high))));
  return [Math.max(0, high - 15), high];
}

interface PointText {
  readonly unit: string;
  readonly digits: number;
  readonly background: string;
}

function seriesTraces(
  points: readonly CostPoint[],
  name: string,
  color: string,
  symbol: string,
  { unit, digits, background }: PointText
): ScatterTrace[] {
  const best = onFront(points);
  const line = points.filter((_, index) => best[index]);
  const percent = (value: number) => 100 * value;
  const marks = (front: boolean): ScatterTrace[] => {
    const shown = points.filter((point) => point.front === front);
    if (shown.length === 0) return [];
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name: front ? name : `${name}, beaten`,
        x: shown.map(({ cost }) => cost),
        y: shown.map(({ value }) => percent(value)),
        text: shown.map(({ run, cost }) => {
          const { value, low, high, count } = run.top1!;
          const [middle, lower, upper] = [value, low, high].map((share) => percentText(share, count));
          return `${name}<br>${cost.toFixed(digits)} ${unit}: ${middle} % (95 %: ${lower} to ${upper})`;
        }),
        hovertemplate: '%{text}<extra></extra>',
        showlegend: true,
        marker: { symbol, size: 9, color: front ? color : background, line: { color, width: 1.5 } },
        error_y: {
          type: 'data',
          symmetric: false,
          array: shown.map(({ run }) => percent(run.top1!.high - run.top1!.value)),
          arrayminus: shown.map(({ run }) => percent(run.top1!.value - run.top1!.low)),
          color,
          thickness: 1.25,
          width: 4
        }
      }
    ];
  };
  return [
    {
      type: 'scatter',
      mode: 'lines',
      name,
      x: line.map(({ cost }) => cost),
      y: line.map(({ value }) => percent(value)),
      line: { color, width: 1.5, dash: symbol === 'square' ? 'dot' : 'solid' },
      hoverinfo: 'skip',
      showlegend: false
    },
    ...marks(true),
    ...marks(false)
  ];
}

/** A dashed line from the cheapest to the dearest run. */
function baselineTrace(run: Run, points: readonly CostPoint[], theme: FigureTheme): ScatterTrace[] {
  const costs = points.map(({ cost }) => cost);
  if (costs.length === 0) return [];
  const value = 100 * run.top1!.value;
  return [
    {
      type: 'scatter',
      mode: 'lines',
      name: `${plainText(run.model)}, float`,
      x: [Math.min(...costs), Math.max(...costs)],
      y: [value, value],
      line: { color: theme.mutedText, width: 1, dash: 'dash' },
      hoverinfo: 'skip',
      showlegend: false
    }
  ];
}

function baselineLabel(run: Run, named: boolean, theme: FigureTheme): Annotation {
  const { value, count } = run.top1!;
  return {
    x: 1,
    y: 100 * value,
    xref: 'paper',
    yref: 'y',
    text: `${named ? `${plainText(run.model)} ` : ''}float ${percentText(value, count)}`,
    showarrow: false,
    xanchor: 'left',
    yanchor: 'middle',
    xshift: 6,
    font: { color: theme.text, size: 12 }
  };
}

function description(points: readonly CostPoint[], title: string, models: readonly string[]): string {
  const counts = models.map((model) => {
    const own = points.filter(({ run }) => run.model === model);
    const front = own.filter((point) => point.front);
    const mixed = front.filter(({ kind }) => kind !== 'one width').length;
    return `${model}: ${own.length} runs, ${front.length} on the front, ${mixed} of them with bits chosen layer by layer.`;
  });
  return [`Top-1 accuracy in percent against ${title.toLowerCase()}, with 95 % intervals.`, ...counts].join(
    ' '
  );
}
