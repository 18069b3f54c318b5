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
  readonly sortable: boolean;
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
