import type { LayerResult, QuantizerSummary } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';

/** The largest of a quantizer's per-channel values, or its only one. */
const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);
const smallest = (values: readonly number[]) =>
  values.reduce((least, value) => Math.min(least, value), Infinity);

/** A scale in three digits; channels as the span of theirs. */
function scaleText(quantizer: QuantizerSummary | null): string {
  if (quantizer === null || quantizer.scale.length === 0) return '–';
  const [low, high] = [smallest(quantizer.scale), largest(quantizer.scale)].map((scale) =>
    scale.toExponential(2)
  );
  return low === high ? low! : `${low} to ${high}`;
}

function rangeText(quantizer: QuantizerSummary | null): string {
  if (quantizer === null || quantizer.minimum.length === 0) return '–';
  return `${smallest(quantizer.minimum).toFixed(3)} to ${largest(quantizer.maximum).toFixed(3)}`.replace(
    '-',
    '−'
  );
}

function zeroPointText(quantizer: QuantizerSummary | null): string {
  if (quantizer === null || quantizer.zeroPoint.length === 0) return '–';
  const [low, high] = [smallest(quantizer.zeroPoint), largest(quantizer.zeroPoint)];
  return low === high ? String(low) : `${low} to ${high}`;
}

const number = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits));

/** The layers of a run as a table: weights first, then the quantizer of the output. */
export const layerColumns: readonly Column<LayerResult>[] = [
  { key: 'name', title: 'Layer', text: (row) => row.name, sort: (row) => row.index },
  {
    key: 'operator',
    title: 'Operator',
    text: (row) => (row.fused === null ? row.operator : `${row.operator} + ${row.fused}`),
    sort: (row) => row.operator
  },
  {
    key: 'macs',
    title: 'MACs',
    unit: 'M',
    align: 'number',
    hint: 'Multiply-accumulate operations for one sample, in millions',
    text: (row) => number(row.macs / 1e6, 3),
    sort: (row) => row.macs
  },
  {
    key: 'weightBits',
    title: 'Weights',
    unit: 'bits',
    align: 'number',
    text: (row) => number(row.weights?.bits ?? null, 0),
    sort: (row) => row.weights?.bits ?? null
  },
  {
    key: 'weightScale',
    title: 'Weight scale',
    align: 'number',
    hint: 'With one scale for each channel: the smallest and the largest',
    text: (row) => scaleText(row.weights),
    sort: (row) => (row.weights === null ? null : largest(row.weights.scale))
  },
  {
    key: 'weightRange',
    title: 'Weight range',
    align: 'number',
    text: (row) => rangeText(row.weights)
  },
  {
    key: 'sqnr',
    title: 'Weight SQNR',
    unit: 'dB',
    align: 'number',
    hint: 'Signal to quantization noise ratio of the weights: higher is better, 6 dB to a bit',
    text: (row) => number(row.weightSqnrDb, 1),
    sort: (row) => row.weightSqnrDb
  },
  {
    key: 'outputBits',
    title: 'Output',
    unit: 'bits',
    align: 'number',
    text: (row) => number(row.output?.bits ?? null, 0),
    sort: (row) => row.output?.bits ?? null
  },
  {
    key: 'outputScale',
    title: 'Output scale',
    align: 'number',
    text: (row) => scaleText(row.output),
    sort: (row) => (row.output === null ? null : largest(row.output.scale))
  },
  {
    key: 'outputZeroPoint',
    title: 'Zero point',
    align: 'number',
    text: (row) => zeroPointText(row.output)
  },
  {
    key: 'outputRange',
    title: 'Output range',
    align: 'number',
    text: (row) => rangeText(row.output)
  }
];
