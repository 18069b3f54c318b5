import type { Run } from '../../contract/index.ts';
import { distinctLevels, levelOf, sameLevel, sortedLevels } from './accuracy-series.ts';
import { axis, baseLayout, plainText } from './base-layout.ts';
import { mixed } from './color-scale.ts';
import type { FigureTable } from './figure-table.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Figure, ScatterTrace, Shape } from './figure.ts';
import { describeMetric } from './metric-descriptions.ts';
import { percentDigits } from './percent.ts';
import { roundTicks } from './round-ticks.ts';
import { levelPhrase, levelText, settingName } from './setting-names.ts';

export interface ParallelOptions {
  /** Factors as dotted paths, or `model`: an axis each, from the left. */
  readonly factors: readonly string[];
  /** Names of metrics: an axis each behind the factors. */
  readonly metrics: readonly string[];
  readonly theme: FigureTheme;
  readonly name: string;
  /** Title of a factor's axis where it is not the setting's name. */
  readonly titleOf?: (factor: string) => string;
  /** Lines of other runs are drawn in grey. */
  readonly highlighted?: (run: Run) => boolean;
}

/** One axis: where each run crosses it, from 0 at the bottom to 1 at the top. */
interface ParallelAxis {
  readonly title: string;
  readonly unit: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** For each run, in their order; null where the run has no value. */
  readonly places: readonly (number | null)[];
}

const colorSteps = 12;
/** Beyond this many lines their crossings are not marked. */
const mostMarked = 400;
/** The part of a level's share of an axis over which its lines are spread. */
const spreadShare = 0.5;
const letterPixels = 6.6;

/** The finished quantized runs: what is drawn. */
export const parallelRuns = (runs: readonly Run[]) =>
  runs.filter((run) => !run.baseline && run.top1 !== null);

/**
 * Parallel coordinates (Inselberg, The Visual Computer 1, 1985): an axis for each factor and metric, and a line for each finished
 * quantized run, coloured by its accuracy from the lowest (orange) to the highest (blue). Lines that share a level are spread there
 * in the order of their accuracies, so that each can be followed. Drawn as plain lines and not by Plotly's own trace of this kind,
 * which is a bitmap.
 */
export function parallelCoordinates(runs: readonly Run[], options: ParallelOptions): Figure {
  const { factors, metrics, theme, name, titleOf = settingName, highlighted = () => true } = options;
  const drawn = parallelRuns(runs).toSorted((a, b) => a.top1!.value - b.top1!.value);
  const axes = [
    ...factors.map((path) => factorAxis(drawn, path, titleOf(path), levelsOf(runs, path))),
    ...metrics.map((metric) => metricAxis(drawn, metric))
  ];
  const values = drawn.map((run) => run.top1!.value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shade = (value: number) => (most > least ? (value - least) / (most - least) : 1);
  const chosen = drawn.map(highlighted);
  const layout = baseLayout(
    theme,
    axis(theme, '', {
      range: [-0.1, Math.max(axes.length - 1, 1) + 0.16],
      tickmode: 'array',
      tickvals: axes.map((_, index) => index),
      ticktext: axes.map(({ title, unit }) => wrapped(unit === '' ? title : `${title} (${unit})`)),
      tickcolor: theme.background,
      side: 'top',
      tickangle: 0,
      showgrid: false,
      showline: false,
      fixedrange: true
    }),
    axis(theme, '', { range: [-0.04, 1.04], visible: false, fixedrange: true })
  );
  const leftPixels =
    24 + letterPixels * Math.max(4, ...(axes[0]?.ticks ?? []).map(({ text }) => text.length));
  return {
    name,
    description: description(drawn, axes, chosen),
    data: [
      ...lineTraces(drawn, axes, chosen, shade, theme),
      ...(metrics.at(-1) === 'top1' ? colorBar(axes.length - 1, theme) : [])
    ],
    layout: {
      ...layout,
      margin: { l: Math.min(200, leftPixels), r: 40, t: 64, b: 8 },
      shapes: axes.map((_, index) => axisLine(index, theme)),
      annotations: axes.flatMap((each, index) => tickLabels(each, index, theme)),
      dragmode: false
    },
    table: tableOf(drawn, options),
    heightPixels: 380
  };
}

/** The levels of a factor in the order in which the runs were given. */
const levelsOf = (runs: readonly Run[], path: string) =>
  sortedLevels(distinctLevels(parallelRuns(runs).map((run) => levelOf(run, path))), path);

/** Levels stand apart evenly, the first at the top; bits fall, other numbers rise from the top down. */
function factorAxis(
  runs: readonly Run[],
  path: string,
  title: string,
  levels: readonly unknown[]
): ParallelAxis {
  const share = 1 / levels.length;
  const centers = levels.map((_, index) => 1 - (index + 0.5) * share);
  const places = new Array<number | null>(runs.length).fill(null);
  for (const [index, level] of levels.entries()) {
    const mine = runs.flatMap((run, at) => (sameLevel(levelOf(run, path), level) ? [at] : []));
    for (const [rank, at] of mine.entries()) {
      const offset = (rank + 0.5) / mine.length - 0.5;
      places[at] = centers[index]! + offset * spreadShare * share;
    }
  }
  const every = Math.ceil(levels.length / 16);
  const ticks = levels.map((level, index) => ({ at: centers[index]!, text: levelText(level, path) }));
  return { title, unit: '', ticks: ticks.filter((_, index) => index % every === 0), places };
}

/** From the least to the largest value. */
function metricAxis(runs: readonly Run[], metric: string): ParallelAxis {
  const { title, unit, factor } = describeMetric(metric);
  const values = runs.map(({ metrics }) => (metrics[metric] === undefined ? null : metrics[metric] * factor));
  const known = values.filter((value) => value !== null);
  const [least, most] = known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)];
  const place = (value: number) => (most > least ? (value - least) / (most - least) : 0.5);
  return {
    title,
    unit,
    ticks: roundTicks(least, most).map(({ value, text }) => ({ at: place(value), text })),
    places: values.map((value) => (value === null ? null : place(value)))
  };
}

const stepOf = (shade: number) => Math.round(Math.min(1, Math.max(0, shade)) * colorSteps);
/** From orange to blue of the palette: both stand out from either background, for any colour vision. */
const stepColor = (step: number, theme: FigureTheme) =>
  mixed(theme.series[1]!, theme.series[0]!, step / colorSteps);

/** The lines of a colour as one trace with gaps; those in grey first, and the most accurate on top. */
function lineTraces(
  runs: readonly Run[],
  axes: readonly ParallelAxis[],
  chosen: readonly boolean[],
  shade: (value: number) => number,
  theme: FigureTheme
): ScatterTrace[] {
  const groups = Map.groupBy(runs.keys(), (index) =>
    chosen[index] === true ? stepOf(shade(runs[index]!.top1!.value)) : -1
  );
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([step, members]): ScatterTrace => {
      const color = step < 0 ? theme.grid : stepColor(step, theme);
      const isMarked = step >= 0 && runs.length <= mostMarked;
      return {
        type: 'scatter',
        mode: isMarked ? 'lines+markers' : 'lines',
        name: '',
        x: members.flatMap(() => [...axes.keys(), null]),
        y: members.flatMap((index) => [...axes.map(({ places }) => places[index] ?? null), null]),
        text: members.flatMap((index) => [...axes.map(() => hoverText(runs[index]!)), '']),
        connectgaps: false,
        line: { color, width: step < 0 ? 1 : 1.5 },
        ...(isMarked
          ? { marker: { symbol: 'circle', size: 4, color }, hovertemplate: '%{text}<extra></extra>' }
          : { hoverinfo: 'skip' as const }),
        showlegend: false
      };
    });
}

function hoverText({ model, configuration, top1, samples }: Run): string {
  const { weights, activations } = configuration;
  const bits = [levelPhrase('weights.bits', weights.bits), levelPhrase('activations.bits', activations.bits)];
  const accuracy = (100 * top1!.value).toFixed(percentDigits(samples));
  return `${plainText(model)}<br>${bits.join(', ')}<br>Top-1 ${accuracy} %`;
}

/** The colours of the lines, beside the axis of the accuracy. */
function colorBar(at: number, theme: FigureTheme): ScatterTrace[] {
  const [left, right] = [at + 0.04, at + 0.09];
  return Array.from({ length: colorSteps + 1 }, (_, step): ScatterTrace => {
    const low = Math.max(0, (step - 0.5) / colorSteps);
    const high = Math.min(1, (step + 0.5) / colorSteps);
    const color = stepColor(step, theme);
    return {
      type: 'scatter',
      mode: 'lines',
      name: '',
      x: [left, right, right, left, left],
      y: [low, low, high, high, low],
      fill: 'toself',
      fillcolor: color,
      line: { color, width: 0 },
      hoverinfo: 'skip',
      showlegend: false
    };
  });
}

function axisLine(at: number, theme: FigureTheme): Shape {
  const line = { color: theme.axis, width: 1 };
  return { type: 'line', xref: 'x', yref: 'paper', x0: at, x1: at, y0: 0, y1: 1, line, layer: 'above' };
}

/** At the left of the axis, on a ground that keeps lines from running through the letters. */
function tickLabels({ ticks }: ParallelAxis, at: number, theme: FigureTheme): Annotation[] {
  return ticks.map(({ at: y, text }) => ({
    x: at,
    y,
    xref: 'x',
    yref: 'y',
    text: plainText(text.length > 28 ? `${text.slice(0, 27)}…` : text),
    showarrow: false,
    xanchor: 'right',
    yanchor: 'middle',
    xshift: -5,
    bgcolor: `${theme.background}cc`,
    font: { color: theme.text, size: 12 }
  }));
}

/** A title in lines of about fourteen letters. */
function wrapped(title: string): string {
  const lines: string[] = [];
  for (const word of plainText(title).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 15) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('<br>');
}

function tableOf(
  runs: readonly Run[],
  { factors, metrics, titleOf = settingName }: ParallelOptions
): FigureTable {
  const described = metrics.map(describeMetric);
  return {
    columns: [
      ...factors.map((path) => ({ title: titleOf(path) })),
      ...described.map(({ title, unit, decimals }) => ({
        title,
        ...(unit !== '' && { unit }),
        digits: decimals
      })),
      { title: 'Run' }
    ],
    rows: runs
      .toReversed()
      .map((run) => [
        ...factors.map((path) => levelText(levelOf(run, path), path)),
        ...metrics.map((metric, index) =>
          run.metrics[metric] === undefined ? null : run.metrics[metric] * described[index]!.factor
        ),
        run.id
      ])
  };
}

function description(
  runs: readonly Run[],
  axes: readonly ParallelAxis[],
  chosen: readonly boolean[]
): string {
  const count = chosen.filter(Boolean).length;
  const names = axes.map(({ title }) => title).join(', ');
  const best = runs.at(-1);
  return [
    `A line for each of ${runs.length} runs over the axes ${names}, coloured by top-1 accuracy.`,
    ...(count < runs.length ? [`${count} of them are highlighted.`] : []),
    ...(best === undefined
      ? []
      : [`The most accurate, ${hoverText(best).replaceAll('<br>', ', ').replace('&amp;', '&')}.`])
  ].join(' ');
}
