/**
 * What a figure is before anything draws it: traces and a layout in Plotly's vocabulary, and the same numbers as a table.
 * Only SVG traces, so that an exported figure stays a vector drawing with its text as text.
 */
import type { FigureTable } from './figure-table.ts';

export interface Line {
  color?: string;
  width?: number;
  dash?: 'solid' | 'dot' | 'dash' | 'longdash' | 'dashdot';
}

export interface Whiskers {
  type: 'data';
  symmetric: false;
  array: number[];
  arrayminus: number[];
  color: string;
  thickness: number;
  width: number;
}

export interface ScatterTrace {
  type: 'scatter';
  mode: 'lines' | 'markers' | 'lines+markers' | 'text' | 'none';
  name: string;
  x: (number | null)[];
  y: (number | null)[];
  yaxis?: 'y2';
  text?: string[];
  customdata?: string[];
  hovertemplate?: string;
  hoverinfo?: 'skip';
  hoveron?: 'points';
  showlegend?: boolean;
  connectgaps?: boolean;
  line?: Line;
  marker?: { symbol?: string; size?: number; color?: string; opacity?: number; line?: Line };
  error_x?: Whiskers;
  error_y?: Whiskers;
  fill?: 'toself';
  fillcolor?: string;
  textposition?: 'middle center';
  textfont?: { color: string[] | string; size: number };
  cliponaxis?: boolean;
}

export interface BarTrace {
  type: 'bar';
  orientation: 'h';
  name: string;
  x: (number | null)[];
  /** Where each bar begins; 0 where it is left out. */
  base?: number[];
  /** Of a bar, in rows. */
  width?: number;
  y: number[];
  text?: string[];
  textposition?: 'outside' | 'none';
  cliponaxis?: boolean;
  hovertemplate?: string;
  showlegend: boolean;
  marker: { color: string };
}

/** Bars of a histogram, which stand side by side. */
export interface HistogramTrace {
  type: 'bar';
  orientation: 'v';
  name: string;
  x: number[];
  y: number[];
  width: number;
  customdata?: string[];
  hovertemplate?: string;
  showlegend: boolean;
  marker: { color: string };
}

export type Trace = ScatterTrace | BarTrace | HistogramTrace;

/** A line or a rectangle in the coordinates of the figure. */
export interface Shape {
  type: 'line' | 'rect';
  xref: 'x';
  yref: 'paper';
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  line: Line;
  fillcolor?: string;
  opacity?: number;
  layer: 'below' | 'above';
}

export interface Axis {
  /** A range is in powers of ten where it is `log`. */
  type?: 'log';
  dtick?: number;
  title?: { text: string; standoff?: number; font?: { color: string; size: number } };
  range?: [number, number];
  tickmode?: 'array';
  tickvals?: number[];
  ticktext?: string[];
  ticks?: 'outside';
  ticklen?: number;
  nticks?: number;
  tickcolor?: string;
  tickangle?: 0;
  tickfont?: { color: string; size: number };
  gridcolor?: string;
  linecolor?: string;
  showline?: boolean;
  showgrid?: boolean;
  zeroline?: boolean;
  automargin?: boolean;
  fixedrange?: boolean;
  scaleanchor?: string;
  constrain?: 'domain';
  side?: 'top';
  visible?: false;
}

export interface Annotation {
  x: number;
  y: number;
  xref: 'paper' | 'x';
  yref: 'paper' | 'y';
  text: string;
  showarrow: false;
  xanchor: 'left' | 'right' | 'center';
  yanchor: 'top' | 'middle' | 'bottom';
  xshift?: number;
  yshift?: number;
  /** Behind the letters: `#rrggbb` or `#rrggbbaa`. */
  bgcolor?: string;
  font?: { color: string; size: number };
}

export interface Layout {
  font: { family: string; size: number; color: string };
  paper_bgcolor: string;
  plot_bgcolor: string;
  margin: { l: number; r: number; t: number; b: number };
  xaxis: Axis;
  yaxis: Axis;
  /** A second axis in the same place, for marks that do not follow the first. */
  yaxis2?: { overlaying: 'y'; range: [number, number]; visible: false; fixedrange: true };
  shapes?: Shape[];
  showlegend: boolean;
  legend?: {
    orientation?: 'h';
    x: number;
    y: number;
    xanchor: 'left';
    yanchor: 'bottom' | 'top';
    font: { color: string; size: number };
    itemwidth?: number;
  };
  annotations?: Annotation[];
  hovermode?: 'closest';
  hoverlabel?: { bgcolor: string; bordercolor: string; font: { color: string; family: string } };
  bargap?: number;
  barmode?: 'overlay';
  dragmode?: 'zoom' | false;
}

export interface Figure {
  /** The accessible name, and the stem of file names. */
  name: string;
  /** What the figure shows, for those who do not see it. */
  description: string;
  data: Trace[];
  layout: Layout;
  table: FigureTable;
  /** The height that suits the content, in CSS pixels. */
  heightPixels: number;
}
