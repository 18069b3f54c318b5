/**
 * Okabe and Ito's palette (Color Universal Design, 2008), for readers with any colour vision: the hues that stand out
 * from the background first. Its yellow is left out, since it vanishes on white. On dark, blue is lighter and black is
 * near-white. Where there are more series than colours, the marker shapes go on telling them apart.
 */
export const seriesColors = {
  light: ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#333333', '#E69F00', '#56B4E9'],
  dark: ['#3D9DDB', '#F07A24', '#1DBB8F', '#D98DB7', '#E6E6E6', '#E69F00', '#8CCBF2']
} as const;

/** Marker shapes in Plotly's names. */
export const markerShapes = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'triangle-down',
  'x',
  'cross',
  'star',
  'circle-open',
  'square-open',
  'diamond-open'
] as const;

/** Line styles that tell combinations of factors apart where colours stand for models; dashes are the baselines'. */
export const lineStyles = ['solid', 'dot', 'dashdot', 'longdash'] as const;

/** The item at `index` of a list that starts over at its end. */
export function cycled<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length]!;
}
