import type { Snippet } from 'svelte';

/** What a cell sorts by. Nothing (null) comes last in either direction. */
export type SortValue = string | number | boolean | null;

/** A column of a table. */
export interface Column<Row> {
  readonly key: string;
  /** Header; without a unit, which `unit` gives. */
  readonly title: string;
  /** Keeps the title for the ear only, where the cells need none. */
  readonly hideTitle?: boolean;
  /** Drawn after the title, in a muted colour: `%`, `MB`. */
  readonly unit?: string;
  /** Explains the column to a pointer that rests on the header. */
  readonly hint?: string;
  /** `number` aligns right with equal digit widths: give all rows the same number of decimals. */
  readonly align?: 'text' | 'number';
  /** A CSS width such as `96px` or `30%`; without it the content decides. */
  readonly width?: string;
  /** Left out in small windows, because the row's own screen tells it too. */
  readonly minor?: boolean;
  /** Text of the cell, and its tooltip where it is cut off. */
  readonly text: (row: Row) => string;
  /** What the column is sorted by; without it the column cannot be sorted. */
  readonly sort?: (row: Row) => SortValue;
  /** Draws the cell instead of `text`. */
  readonly cell?: Snippet<[Row]>;
}

/** By which column a table is sorted, and how. */
export interface SortOrder {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}
