import { mixed, rgb } from './color-scale.ts';
import type { FigureTheme } from './figure-theme.ts';

/** Differences that the legend shows. */
export const legendDifferences = [0, 1, 2, 4, 16, 64] as const;

/** Nothing in the lightest shade; from 1 on a step for each doubling, so that a difference of one code stands out. */
export function differenceColor(difference: number, { scale }: FigureTheme): string {
  return mixed(...scale, difference === 0 ? 0 : Math.min(1, 0.35 + 0.65 * (Math.log2(difference) / 7)));
}

/** A picture of the places where codes differ. */
export interface CodeMapPixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, row-major. */
  readonly rgba: Uint8ClampedArray;
}

/**
 * Draws the largest difference at each position. What is only one row high is broken into rows of a square, the rest of the last
 * one transparent.
 * @param largestAt height x width
 */
export function codeMapPixels(
  largestAt: readonly number[],
  height: number,
  width: number,
  theme: FigureTheme
): CodeMapPixels {
  const columns = height === 1 ? Math.ceil(Math.sqrt(width)) : width;
  const rows = Math.ceil(largestAt.length / columns);
  const rgba = new Uint8ClampedArray(rows * columns * 4);
  largestAt.forEach((difference, at) => rgba.set([...rgb(differenceColor(difference, theme)), 255], at * 4));
  return { width: columns, height: rows, rgba };
}
