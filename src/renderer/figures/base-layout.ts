import type { Axis, Layout } from './figure.ts';
import type { FigureTheme } from './figure-theme.ts';

export const fontSizePixels = 12;

/** An axis with faint gridlines, ticks outside and its quantity and unit as the title. */
export function axis(theme: FigureTheme, title: string, more: Axis = {}): Axis {
  return {
    title: { text: title, standoff: 8, font: { color: theme.text, size: fontSizePixels } },
    tickfont: { color: theme.mutedText, size: fontSizePixels },
    tickcolor: theme.axis,
    ticks: 'outside',
    ticklen: 4,
    gridcolor: theme.grid,
    linecolor: theme.axis,
    showline: true,
    zeroline: false,
    automargin: true,
    ...more
  };
}

/** The layout that all figures share; the title of a figure belongs to the page. */
export function baseLayout(theme: FigureTheme, xaxis: Axis, yaxis: Axis): Layout {
  return {
    font: { family: theme.fontFamily, size: fontSizePixels, color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    margin: { l: 56, r: 16, t: 8, b: 48 },
    xaxis,
    yaxis,
    showlegend: false,
    hovermode: 'closest',
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.axis,
      font: { color: theme.text, family: theme.fontFamily }
    }
  };
}

/** A legend in rows above the plotting area. */
export function legendAbove(theme: FigureTheme): NonNullable<Layout['legend']> {
  return {
    orientation: 'h',
    x: 0,
    y: 1.02,
    xanchor: 'left',
    yanchor: 'bottom',
    font: { color: theme.text, size: fontSizePixels }
  };
}

/** Text of a model or a class as Plotly shows it: its pseudo-HTML is switched off. */
export function plainText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
