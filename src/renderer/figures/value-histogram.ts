import type { HistogramQuantizer, ValueHistogram } from '../../contract/index.ts';
import { axis, baseLayout, fontSizePixels } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation, Figure, Shape, Trace } from './figure.ts';

/** Which values of a layer are counted. */
export type Counted = 'weights' | 'input' | 'output';

const nouns: Readonly<Record<Counted, string>> = { weights: 'Weights', input: 'Input', output: 'Output' };
const singular: Readonly<Record<Counted, string>> = {
  weights: 'Weight',
  input: 'Value that enters',
  output: 'Value that leaves'
};

/** Up to this many, levels are lines across the figure; beyond they are ticks at its foot. */
const mostLines = 32;
/** More ticks than this stand too close to be told apart where levels are evenly spaced. */
const mostTicks = 64;
/** Up to this height of the bars each count has its own mark: there are no halves. */
const fewCounts = 6;
/** How high a tick is, as a share of the figure. */
const tickHeight = 0.07;

/**
 * Bars for how often values occur, over them the levels of their quantizer as lines, and the ranges where values are clipped
 * shaded. @param part `channel 3`, where only a part of the weights is counted
 */
export function valueHistogram(
  histogram: ValueHistogram,
  counted: Counted,
  layer: string,
  part: string | null,
  countsAre: 'linear' | 'log',
  theme: FigureTheme
): Figure {
  const { start, end, counts, quantizer, values } = histogram;
  const width = (end - start) / counts.length;
  const most = Math.max(1, ...counts);
  const [low, high] = extentOf(histogram);
  const margin = (high - low) * 0.02;
  const range: [number, number] = [low - margin, high + margin];
  const lines = quantizer === null ? null : drawnLevels(quantizer);
  const layout = baseLayout(
    theme,
    axis(theme, placeTitle(histogram, counted), { range, showgrid: false }),
    axis(
      theme,
      countsAre === 'log' ? 'Values in a bin (log scale)' : 'Values in a bin',
      countsAre === 'log'
        ? { type: 'log', range: [Math.log10(0.6), Math.log10(most) + 0.15], dtick: 1, fixedrange: true }
        : { range: [0, most * 1.06], fixedrange: true, ...(most < fewCounts && { dtick: 1 }) }
    )
  );
  const places = counts.map((_, bin) => start + (bin + 0.5) * width);
  const bars: Trace = {
    type: 'bar',
    orientation: 'v',
    name: 'Values',
    x: places,
    y: counts,
    width,
    customdata: counts.map(
      (count, bin) =>
        `${short(start + bin * width)} to ${short(start + (bin + 1) * width)}: ${count} (${percent(count / Math.max(values, 1))} %)`
    ),
    hovertemplate: '%{customdata}<extra></extra>',
    showlegend: false,
    marker: { color: theme.axis }
  };
  return {
    name: `${nouns[counted]} of ${layer}${part === null ? '' : `, ${part}`}`,
    description: describedInWords(histogram, counted, lines),
    data: lines === null ? [bars] : [bars, levelTrace(lines, theme)],
    layout: {
      ...layout,
      margin: { ...layout.margin, t: 28 },
      yaxis2: { overlaying: 'y', range: [0, 1], visible: false, fixedrange: true },
      shapes: [...clippedShapes(quantizer, range, theme), ...zeroShapes(histogram, theme)],
      annotations: [summaryAnnotation(histogram, lines, theme), ...zeroAnnotations(histogram, theme)],
      bargap: 0
    },
    table: {
      columns: [
        { title: 'From', digits: 5 },
        { title: 'To', digits: 5 },
        { title: 'Values', digits: 0 },
        { title: 'Share', unit: '%', digits: 4 },
        { title: 'Levels in the bin', digits: 0 }
      ],
      rows: counts.map((count, bin) => {
        const [from, to] = [start + bin * width, start + (bin + 1) * width];
        return [
          from,
          to,
          count,
          (100 * count) / Math.max(values, 1),
          levelsBetween(quantizer, from, to, end)
        ];
      })
    },
    heightPixels: 260
  };
}

/** What stands along the figure: values, or where scales differ, steps of each scale. */
function placeTitle({ unit, quantizer }: ValueHistogram, counted: Counted): string {
  if (unit === 'value') return singular[counted];
  return quantizer?.evenlySpaced === false
    ? `${singular[counted]} / scale`
    : `${singular[counted]} / scale + zero point (codes)`;
}

/** Levels as they are drawn. */
interface DrawnLevels {
  readonly places: readonly number[];
  readonly asLines: boolean;
  /** 4: every fourth level is drawn. */
  readonly every: number;
}

/** Evenly spaced levels are thinned out where there are many; others stand where they stand. */
export function drawnLevels({
  levels,
  levelCount,
  firstLevel,
  lastLevel,
  evenlySpaced
}: HistogramQuantizer): DrawnLevels {
  let every = 1;
  if (evenlySpaced || levels.length === 0) while (levelCount / every > mostTicks) every *= 2;
  const step = (lastLevel - firstLevel) / (levelCount - 1);
  const drawn = Array.from({ length: Math.ceil(levelCount / every) }, (_, i) => i * every);
  return {
    places: drawn.map((level) => levels[level] ?? firstLevel + level * step),
    asLines: levelCount <= mostLines,
    every
  };
}

function levelTrace({ places, asLines }: DrawnLevels, theme: FigureTheme): Trace {
  const top = asLines ? 1 : tickHeight;
  return {
    type: 'scatter',
    mode: 'lines',
    name: 'Levels',
    x: places.flatMap((place) => [place, place, null]),
    y: places.flatMap(() => [0, top, null]),
    yaxis: 'y2',
    hoverinfo: 'skip',
    showlegend: false,
    line: { color: theme.series[0]!, width: 1 }
  };
}

/** From the least to the greatest of values and levels. */
function extentOf({ start, end, quantizer }: ValueHistogram): [number, number] {
  if (quantizer === null) return [start, end];
  return [Math.min(start, quantizer.firstLevel), Math.max(end, quantizer.lastLevel)];
}

function clippedShapes(
  quantizer: HistogramQuantizer | null,
  [low, high]: readonly [number, number],
  theme: FigureTheme
): Shape[] {
  if (quantizer === null) return [];
  const shaded = (x0: number, x1: number): Shape[] =>
    x0 < x1
      ? [
          {
            type: 'rect',
            xref: 'x',
            yref: 'paper',
            x0,
            x1,
            y0: 0,
            y1: 1,
            fillcolor: theme.series[1]!,
            opacity: 0.16,
            line: { width: 0 },
            layer: 'below'
          }
        ]
      : [];
  return [
    ...shaded(low, Math.min(quantizer.lowest, high)),
    ...shaded(Math.max(quantizer.highest, low), high)
  ];
}

function zeroShapes({ zero }: ValueHistogram, theme: FigureTheme): Shape[] {
  if (zero === null) return [];
  const line = { color: theme.text, width: 1, dash: 'dot' } as const;
  return [{ type: 'line', xref: 'x', yref: 'paper', x0: zero, x1: zero, y0: 0, y1: 1, line, layer: 'above' }];
}

function zeroAnnotations(histogram: ValueHistogram, theme: FigureTheme): Annotation[] {
  const { zero, zeros, values } = histogram;
  if (zero === null) return [];
  const [low, high] = extentOf(histogram);
  const text = zeros === 0 ? 'zero' : `zero: ${percent(zeros / values)} % of the values, not drawn`;
  return [
    {
      x: zero,
      y: 1,
      xref: 'x',
      yref: 'paper',
      text,
      showarrow: false,
      xanchor: zero < low + (high - low) / 4 ? 'left' : zero > high - (high - low) / 4 ? 'right' : 'center',
      yanchor: 'bottom',
      font: { color: theme.mutedText, size: fontSizePixels - 1 }
    }
  ];
}

function summaryAnnotation(
  histogram: ValueHistogram,
  lines: DrawnLevels | null,
  theme: FigureTheme
): Annotation {
  return {
    x: 1,
    y: 1,
    xref: 'paper',
    yref: 'paper',
    text: [levelsInWords(histogram.quantizer, lines), clippedInWords(histogram)].join('; '),
    showarrow: false,
    xanchor: 'right',
    yanchor: 'bottom',
    // Above the word at zero, which can be anywhere.
    yshift: 12,
    font: { color: theme.text, size: fontSizePixels }
  };
}

function levelsInWords(quantizer: HistogramQuantizer | null, lines: DrawnLevels | null): string {
  if (quantizer === null || lines === null) return 'not quantized';
  const { levelCount } = quantizer;
  const mark = lines.asLines ? 'lines' : 'ticks';
  if (lines.every === 1) return `${levelCount} levels (${mark})`;
  return `every ${lines.every}${lines.every === 2 ? 'nd' : 'th'} of ${levelCount} levels (${mark})`;
}

function clippedInWords({ quantizer, values }: ValueHistogram): string {
  if (quantizer === null) return `${values} values`;
  const { clippedBelow, clippedAbove } = quantizer;
  if (clippedBelow + clippedAbove === 0) return 'nothing clipped';
  const share = (clippedBelow + clippedAbove) / Math.max(values, 1);
  return `${percent(share)} % clipped (shaded)`;
}

function describedInWords(histogram: ValueHistogram, counted: Counted, lines: DrawnLevels | null): string {
  const { values, zeros, minimum, maximum, quantizer } = histogram;
  const used = quantizer === null ? '' : ` ${quantizer.levelsUsed} levels are used.`;
  const share = percent(zeros / Math.max(values, 1));
  return `${values} ${counted === 'weights' ? 'weights' : 'values'} from ${short(minimum)} to ${short(maximum)}, ${share} % of them zero and not drawn: ${levelsInWords(quantizer, lines)}, ${clippedInWords(histogram)}.${used}`;
}

/** How many levels lie from one end of a bin to the other, the last bin's end included; null where they are not listed. */
function levelsBetween(
  quantizer: HistogramQuantizer | null,
  from: number,
  to: number,
  end: number
): number | null {
  if (quantizer === null || quantizer.levels.length === 0) return null;
  const isLast = to >= end - (to - from) / 2;
  return quantizer.levels.filter((level) => level >= from && (isLast ? level <= to : level < to)).length;
}

const short = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');

/** A share in per cent, with two digits, and more where they would all be zeros. */
function percent(share: number): string {
  const value = 100 * share;
  return value === 0 || value >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
}
