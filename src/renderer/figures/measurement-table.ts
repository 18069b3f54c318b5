import type { MeasurementTable } from '../../contract/index.ts';
import { axis, baseLayout, legendAbove, plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import type { FigureTable } from './figure-table.ts';
import { cycled, lineStyles } from './palette.ts';

/** Weight codes of a table of products that are drawn, spread over all. */
const drawnColumns = 7;
const plotHeightPixels = 260;
/** Up to so many codes each has its mark on the axis. */
const mostMarkedCodes = 8;

interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Drawing {
  readonly what: string;
  readonly xTitle: string;
  /** Whether along the axis stand codes, between which there is nothing. */
  readonly codes: boolean;
  readonly yTitle: string;
  readonly curves: readonly Curve[];
}

/**
 * A table of measurements to look at: the value of each code, the error of each value, or products against the activation
 * code for some weight codes.
 * @param name of the table, for the ear and for file names
 */
export function measurementFigure(table: MeasurementTable, name: string, theme: FigureTheme): Figure {
  const drawing = drawingOf(table);
  const { curves } = drawing;
  const ends = curves.flatMap(({ y }) => y);
  const isFew = drawing.codes && curves[0]!.x.length <= mostMarkedCodes;
  const layout = baseLayout(
    theme,
    axis(theme, drawing.xTitle, isFew ? { dtick: 1 } : {}),
    axis(theme, drawing.yTitle)
  );
  return {
    name: `${name}: ${drawing.what}`,
    description:
      `${drawing.yTitle} against ${drawing.xTitle.toLowerCase()}, ${curves[0]!.x.length} points` +
      `${curves.length > 1 ? ` for each of ${curves.length} weight codes` : ''}; ` +
      `from ${short(least(ends))} to ${short(most(ends))}.`,
    data: curves.map((curve, index): ScatterTrace => ({
      type: 'scatter',
      mode: curve.x.length <= 64 ? 'lines+markers' : 'lines',
      name: plainText(curve.name),
      x: [...curve.x],
      y: [...curve.y],
      line: {
        color: cycled(theme.series, index),
        width: 1.75,
        dash: cycled(lineStyles, Math.floor(index / theme.series.length))
      },
      marker: { size: 5, color: cycled(theme.series, index) },
      hovertemplate: `%{x}: %{y}<extra>${plainText(curve.name)}</extra>`,
      showlegend: curves.length > 1
    })),
    layout: {
      ...layout,
      showlegend: curves.length > 1,
      legend: legendAbove(theme)
    },
    table: numbersOf(drawing),
    heightPixels: plotHeightPixels + (curves.length > 1 ? 38 : 0)
  };
}

function drawingOf(table: MeasurementTable): Drawing {
  switch (table.kind) {
    case 'transfer':
      return {
        what: 'value of each code',
        xTitle: 'Code',
        codes: true,
        yTitle: 'Value',
        curves: [{ name: 'Value', x: table.values.map((_, code) => code), y: table.values }]
      };
    case 'noise':
      return {
        what: 'error of each value',
        xTitle: 'Value (full scale)',
        codes: false,
        yTitle: 'Standard deviation (full scale)',
        curves: [{ name: 'Standard deviation', x: table.values, y: table.sigmas }]
      };
    case 'products': {
      const rows = 2 ** table.activationBits;
      const columns = 2 ** table.weightBits;
      const codes = Array.from({ length: rows }, (_, code) => code);
      return {
        what: 'products',
        xTitle: 'Activation code',
        codes: true,
        yTitle: 'Product',
        curves: spread(columns).map((column) => ({
          name: `weight column ${column}`,
          x: codes,
          y: codes.map((row) => table.values[row * columns + column]!)
        }))
      };
    }
  }
}

/** Column numbers from the first to the last, as evenly as whole numbers allow. */
function spread(columns: number): number[] {
  const count = Math.min(columns, drawnColumns);
  return Array.from({ length: count }, (_, index) => Math.round((index * (columns - 1)) / (count - 1)));
}

function numbersOf({ xTitle, curves }: Drawing): FigureTable {
  return {
    columns: [{ title: xTitle }, ...curves.map((curve) => ({ title: curve.name }))],
    rows: curves[0]!.x.map((x, index) => [x, ...curves.map(({ y }) => y[index]!)])
  };
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const short = (value: number) => String(Number(value.toPrecision(4)));
