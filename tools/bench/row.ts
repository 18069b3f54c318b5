/** A ratio of times that was measured, and the one that was promised. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly ratio: number;
  /** The ratio that was promised, and whether it is an upper or a lower bound. */
  readonly promise: { readonly bound: 'at most' | 'at least'; readonly value: number } | null;
}

/** Whether a row is asked for. @param words of which its name must have all, in whatever case; none asks for every row */
export const isAskedFor = (what: string, words: readonly string[]): boolean =>
  words.every((word) => what.toLowerCase().includes(word.toLowerCase()));

/** Rows as a table in Markdown. */
export function rowTable(rows: readonly Row[]): string[] {
  return [
    '| what | measured | ratio | asked for | |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(({ what, measured, ratio, promise }) => {
      if (promise === null) return `| ${what} | ${measured} | ${ratio.toFixed(2)} | | |`;
      const kept = promise.bound === 'at least' ? ratio >= promise.value : ratio <= promise.value;
      return `| ${what} | ${measured} | ${ratio.toFixed(2)} | ${promise.bound} ${promise.value} | ${kept ? 'kept' : 'missed'} |`;
    })
  ];
}
