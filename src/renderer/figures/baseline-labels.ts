import type { Proportion } from '../../contract/index.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Annotation } from './figure.ts';
import { percentText } from './percent.ts';
import { spreadPositions } from './spread-positions.ts';

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

/** The accuracy of a float network, drawn as a dashed line. */
export interface LabelledBaseline {
  readonly top1: Proportion;
  readonly color: string;
  /** Marker of the model's series; null where there is only one model. */
  readonly marker: string | null;
}

/** Space that the labels take at the right of the plotting area. */
export const baselineLabelPixels = 112;

/**
 * `● float 91.55` at the right end of each baseline, moved apart where they would overlap.
 * @param range of the axis in percent @param plotHeightPixels about the height of the plotting area
 */
export function baselineLabels(
  baselines: readonly LabelledBaseline[],
  range: readonly [number, number],
  plotHeightPixels: number,
  theme: FigureTheme
): Annotation[] {
  const heights = baselines.map(({ top1 }) => 100 * top1.value);
  const positions = spreadPositions(heights, (17 / plotHeightPixels) * (range[1] - range[0]));
  return baselines.map(({ top1, color, marker }, index) => {
    const mark = marker === null ? '–' : (glyphs[marker] ?? '–');
    return {
      x: 1,
      y: positions[index]!,
      xref: 'paper',
      yref: 'y',
      text: `<span style="color:${color}">${mark}</span> float ${percentText(top1.value, top1.count)}`,
      showarrow: false,
      xanchor: 'left',
      yanchor: 'middle',
      xshift: 6,
      font: { color: theme.text, size: 12 }
    };
  });
}
