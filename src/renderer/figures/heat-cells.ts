import { axis, baseLayout } from './base-layout.ts';
import { mixed, readableOn } from './color-scale.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Layout, ScatterTrace } from './figure.ts';

/** One cell of a heat map in column and row numbers from the top left. */
export interface HeatCell {
  readonly column: number;
  readonly row: number;
  /** Where it stands on the colour scale: 0 to 1, or down to -1 where there is something below nothing, as of differences. */
  readonly shade: number;
  readonly text: string;
  readonly hover: string;
}

const steps = 16;

/** The colour of a step, -16 to 16: from nothing to everything, or to the other end below. */
const colorOf = ({ scale, scaleBelow }: FigureTheme, step: number) =>
  mixed(scale[0], step < 0 ? scaleBelow : scale[1], Math.abs(step) / steps);

/**
 * Draws cells as filled polygons, one trace for each of 16 shades (and 16 below nothing), and their texts above them: a heat map that stays
 * a vector drawing, which Plotly's own heat map (a bitmap) does not.
 */
export function heatTraces(
  cells: readonly HeatCell[],
  theme: FigureTheme,
  textSizePixels: number
): ScatterTrace[] {
  const fills: ScatterTrace[] = [];
  for (let step = -steps; step <= steps; step++) {
    const ofStep = cells.filter((cell) => stepOf(cell) === step);
    if (ofStep.length === 0) continue;
    fills.push({
      type: 'scatter',
      mode: 'lines',
      name: '',
      x: ofStep.flatMap(({ column }) => [
        column - 0.5,
        column + 0.5,
        column + 0.5,
        column - 0.5,
        column - 0.5,
        null
      ]),
      y: ofStep.flatMap(({ row }) => [row - 0.5, row - 0.5, row + 0.5, row + 0.5, row - 0.5, null]),
      fill: 'toself',
      fillcolor: colorOf(theme, step),
      line: { color: theme.background, width: 1 },
      hoverinfo: 'skip',
      showlegend: false
    });
  }
  const texts: ScatterTrace = {
    type: 'scatter',
    mode: 'text',
    name: '',
    x: cells.map((cell) => cell.column),
    y: cells.map((cell) => cell.row),
    text: cells.map((cell) => cell.text),
    customdata: cells.map((cell) => cell.hover),
    hovertemplate: '%{customdata}<extra></extra>',
    textposition: 'middle center',
    textfont: {
      size: textSizePixels,
      color: cells.map((cell) => readableOn(colorOf(theme, stepOf(cell))))
    },
    showlegend: false
  };
  return [...fills, texts];
}

function stepOf(cell: HeatCell): number {
  return Math.round(Math.min(1, Math.max(-1, cell.shade)) * steps);
}

/** The layout of a heat map with named columns (at the top) and rows (from the top down). */
export function heatLayout(
  theme: FigureTheme,
  columns: { title: string; names: readonly string[] },
  rows: { title: string; names: readonly string[] }
): Layout {
  const ticks = (names: readonly string[]) => {
    const every = Math.ceil(names.length / 40);
    const shown = names.map((_, index) => index).filter((index) => index % every === 0);
    return {
      tickmode: 'array' as const,
      tickvals: shown,
      ticktext: shown.map((index) => names[index]!),
      tickcolor: theme.background,
      showgrid: false,
      showline: false,
      fixedrange: true
    };
  };
  const layout = baseLayout(
    theme,
    axis(theme, columns.title, {
      ...ticks(columns.names),
      range: [-0.5, columns.names.length - 0.5],
      side: 'top'
    }),
    axis(theme, rows.title, { ...ticks(rows.names), range: [rows.names.length - 0.5, -0.5] })
  );
  return { ...layout, margin: { l: 64, r: 16, t: 56, b: 8 }, dragmode: false };
}
