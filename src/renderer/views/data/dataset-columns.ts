import type { Dataset } from '../../../contract/index.ts';
import { formatCount, formatMoment, formatShape } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';
import { describePreprocessing } from './preprocessing-text.ts';

/** Columns of the table of data sets. */
export const datasetColumns: readonly Column<Dataset>[] = [
  { key: 'name', title: 'Name', text: ({ name }) => name, sort: ({ name }) => name },
  {
    key: 'samples',
    title: 'Samples',
    align: 'number',
    text: ({ samples }) => formatCount(samples),
    sort: ({ samples }) => samples
  },
  {
    key: 'classes',
    title: 'Classes',
    align: 'number',
    text: ({ classes }) => formatCount(classes),
    sort: ({ classes }) => classes
  },
  {
    key: 'shape',
    title: 'Picture',
    hint: 'Channels, height, width',
    text: ({ shape }) => formatShape(shape)
  },
  {
    key: 'type',
    minor: true,
    title: 'Values',
    text: ({ elementType }) => elementType,
    sort: ({ elementType }) => elementType
  },
  {
    key: 'preprocessing',
    title: 'Preprocessing',
    hint: 'What is done to a pixel value x before the network sees it',
    text: ({ preprocessing }) => describePreprocessing(preprocessing)
  },
  {
    key: 'size',
    minor: true,
    title: 'File',
    unit: 'MB',
    align: 'number',
    text: ({ bytes }) => (bytes / 1e6).toFixed(2),
    sort: ({ bytes }) => bytes
  },
  {
    key: 'created',
    title: 'Imported',
    text: ({ createdAt }) => formatMoment(createdAt),
    sort: ({ createdAt }) => createdAt
  }
];
