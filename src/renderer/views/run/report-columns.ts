import type { LayerResult } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';

const number = (value: number | null, digits: number) =>
  value === null ? '–' : value.toFixed(digits).replace('-', '−');
const percent = (share: number | null) => number(share === null ? null : 100 * share, 2);
const used = (count: number | null, levels: number | null) =>
  count === null || levels === null ? '–' : `${count} of ${levels}`;

/** What quantization cost the weights of layers. */
export const weightReportColumns: readonly Column<LayerResult>[] = [
  {
    key: 'weightsClipped',
    title: 'Clipped',
    unit: '%',
    align: 'number',
    hint: 'Weights beyond the outermost level and half a step',
    text: (row) => percent(row.report?.weightsClipped ?? null),
    sort: (row) => row.report?.weightsClipped ?? null
  },
  {
    key: 'weightLevels',
    title: 'Levels used',
    align: 'number',
    text: (row) => used(row.report?.weightLevelsUsed ?? null, row.report?.weightLevels ?? null),
    sort: (row) => row.report?.weightLevelsUsed ?? null
  }
];

/** What quantization cost the outputs of layers. */
export const outputReportColumns: readonly Column<LayerResult>[] = [
  {
    key: 'outputSqnr',
    title: 'SQNR',
    unit: 'dB',
    align: 'number',
    hint: 'Of the layer’s output against the float network’s, on calibration pictures: what all layers up to here lose',
    text: (row) => number(row.report?.outputSqnrDb ?? null, 1),
    sort: (row) => row.report?.outputSqnrDb ?? null
  },
  {
    key: 'activationSqnr',
    title: 'SQNR alone',
    unit: 'dB',
    align: 'number',
    hint: 'Of the quantization of the layer’s output by itself: what leaves its quantizer against what reaches it',
    text: (row) => number(row.report?.activationSqnrDb ?? null, 1),
    sort: (row) => row.report?.activationSqnrDb ?? null
  },
  {
    key: 'outputClipped',
    title: 'Clipped',
    unit: '%',
    align: 'number',
    hint: 'Values of the output beyond the outermost level and half a step, on calibration pictures',
    text: (row) => percent(row.report?.outputClipped ?? null),
    sort: (row) => row.report?.outputClipped ?? null
  },
  {
    key: 'outputLevels',
    title: 'Levels used',
    align: 'number',
    text: (row) => used(row.report?.outputLevelsUsed ?? null, row.report?.outputLevels ?? null),
    sort: (row) => row.report?.outputLevelsUsed ?? null
  }
];
