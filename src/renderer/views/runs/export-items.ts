import type { MethodInput } from '../../../contract/index.ts';

/** What can be exported of any selection of runs, as an item of a menu. */
export interface ExportItem {
  readonly label: string;
  readonly request: MethodInput<'exports.make'>;
}

/** Tables for other programs. */
export const tableExports: readonly ExportItem[] = [
  {
    label: 'CSV, one row for each number (tidy)',
    request: { kind: 'runs', shape: 'tidy', format: 'csv' }
  },
  { label: 'CSV, one row for each run (wide)', request: { kind: 'runs', shape: 'wide', format: 'csv' } },
  { label: 'CSV, means over seeds', request: { kind: 'runs', shape: 'repeats', format: 'csv' } },
  { label: 'JSON, one object for each run', request: { kind: 'runs', shape: 'wide', format: 'json' } }
];

export const methodsExport: ExportItem = {
  label: 'Methods paragraph, LaTeX and BibTeX',
  request: { kind: 'methods' }
};
