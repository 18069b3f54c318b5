import type { FigureTheme } from '../figures/figure-theme.ts';
import type { Figure } from '../figures/figure.ts';

export type Draw = (theme: FigureTheme) => Figure;

/** A figure as it looks with much, with little and with nothing to show; null for what its data cannot be. */
export interface GalleryEntry {
  readonly full: Draw;
  readonly one: Draw | null;
  readonly empty: Draw | null;
}

export const states = ['full', 'one', 'empty'] as const;
export type GalleryState = (typeof states)[number];
