/** A column of a grid whose rows come page by page: widths are known, so that what is in view can be told without drawing. */
export interface GridColumn {
  readonly key: string;
  /** Header; without a unit, which `unit` gives. */
  readonly title: string;
  readonly unit?: string | undefined;
  readonly hint?: string | undefined;
  readonly align: 'text' | 'number';
  /** In pixels. */
  readonly width: number;
  /** What it takes at most where the columns leave room; as `width` where it is left out. */
  readonly most?: number | undefined;
  readonly sortable: boolean;
}

/**
 * The widths of columns in a view that is wider than all of them: what is spare goes to those that could use it, in proportion to what
 * they lack.
 * @param spare pixels that are left; nothing is changed where there are none
 */
export function grownWidths(columns: readonly GridColumn[], spare: number): number[] {
  const lacking = columns.map(({ width, most = width }) => Math.max(0, most - width));
  const all = lacking.reduce((sum, pixels) => sum + pixels, 0);
  const share = all === 0 ? 0 : Math.min(1, Math.max(0, spare) / all);
  return columns.map(({ width }, index) => width + Math.floor(lacking[index]! * share));
}

/** What is drawn of a row of things that stand one after the other: from `first` (included) to `end` (excluded). */
export interface Span {
  readonly first: number;
  readonly end: number;
  /** Pixels before the first and after the last. */
  readonly before: number;
  readonly after: number;
}

/** Pixels beside what can be seen in which columns are drawn too, so that scrolling shows no gap. */
const margin = 200;

/**
 * The columns that can be seen.
 * @param widths of all columns, in pixels
 * @param scrolled pixels of them that lie before the view @param view its width, in pixels
 */
export function columnSpan(widths: readonly number[], scrolled: number, view: number): Span {
  let before = 0;
  let first = 0;
  while (first < widths.length && before + widths[first]! < scrolled - margin) before += widths[first++]!;
  let end = first;
  let reached = before;
  while (end < widths.length && reached < scrolled + view + margin) reached += widths[end++]!;
  let after = 0;
  for (let rest = end; rest < widths.length; rest++) after += widths[rest]!;
  return { first, end, before, after };
}
