import type { Measurement, MeasurementKind } from '../../../contract/index.ts';
import { formatBytes, formatCount, formatMoment } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';

/** What a kind of table holds, in words. */
export const kindTexts: Readonly<Record<MeasurementKind, string>> = {
  products: 'Products of codes',
  transfer: 'Transfer of a converter',
  noise: 'Noise'
};

/** Columns of the table of measurements. */
export const measurementColumns: readonly Column<Measurement>[] = [
  { key: 'name', title: 'Name', text: ({ name }) => name, sort: ({ name }) => name },
  {
    key: 'kind',
    title: 'Holds',
    text: ({ kind }) => kindTexts[kind],
    sort: ({ kind }) => kindTexts[kind]
  },
  {
    key: 'rows',
    title: 'Rows',
    align: 'number',
    text: ({ rows }) => formatCount(rows),
    sort: ({ rows }) => rows
  },
  {
    key: 'columns',
    title: 'Columns',
    align: 'number',
    text: ({ columns }) => formatCount(columns),
    sort: ({ columns }) => columns
  },
  { key: 'file', title: 'File', text: ({ fileName }) => fileName, sort: ({ fileName }) => fileName },
  {
    key: 'size',
    minor: true,
    title: 'Size',
    align: 'number',
    text: ({ bytes }) => formatBytes(bytes),
    sort: ({ bytes }) => bytes
  },
  {
    key: 'created',
    title: 'Imported',
    text: ({ createdAt }) => formatMoment(createdAt),
    sort: ({ createdAt }) => createdAt
  }
];
