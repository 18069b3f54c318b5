/** Which rows of a long table are drawn: from `first` (included) to `end` (excluded). */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Rows drawn above and below what can be seen, so that scrolling shows no gap. */
const margin = 12;
/** Up to this many rows, all are drawn: finding in the page and printing then work as usual. */
const drawAllUpTo = 150;

/** @param scrollTop, viewHeight, rowHeight in pixels */
export function rowWindow(
  rowCount: number,
  scrollTop: number,
  viewHeight: number,
  rowHeight: number
): RowWindow {
  if (rowCount <= drawAllUpTo) return { first: 0, end: rowCount };
  const visible = Math.ceil(viewHeight / rowHeight) + 2 * margin;
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight) - margin, rowCount - visible));
  return { first, end: Math.min(rowCount, first + visible) };
}
