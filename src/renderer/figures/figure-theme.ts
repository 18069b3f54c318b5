import { seriesColors } from './palette.ts';

/** Colours and type of a figure: those of styles/tokens.css as plain data, since exported files cannot refer to them. */
export interface FigureTheme {
  readonly name: 'light' | 'dark';
  readonly background: string;
  readonly text: string;
  readonly mutedText: string;
  readonly grid: string;
  readonly axis: string;
  readonly series: readonly string[];
  /** Ends of the scale of heat maps: nothing, and everything. */
  readonly scale: readonly [string, string];
  /** The end on the other side of nothing, for differences: told from the first by hue and, as every end, by its number. */
  readonly scaleBelow: string;
  readonly fontFamily: string;
}

const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";

/** On paper and on light screens. What is exported always uses this one. */
export const lightTheme: FigureTheme = {
  name: 'light',
  background: '#ffffff',
  text: '#1a1e23',
  mutedText: '#565e69',
  grid: '#e9ebee',
  axis: '#a9b0b8',
  series: seriesColors.light,
  scale: ['#f4f6f8', '#08518f'],
  scaleBelow: '#a54800',
  fontFamily
};

export const darkTheme: FigureTheme = {
  name: 'dark',
  background: '#15181c',
  text: '#e7eaee',
  mutedText: '#a9b1bb',
  grid: '#272c33',
  axis: '#5b636d',
  series: seriesColors.dark,
  scale: ['#202328', '#6db7ee'],
  scaleBelow: '#f09a52',
  fontFamily
};
