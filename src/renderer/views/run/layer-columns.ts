import type { LayerResult, QuantizerSummary } from '../../../contract/index.ts';
import { formatCount } from '../../components/format/index.ts';
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

/** What every table of layers begins with. */
export const nameColumns: readonly Column<LayerResult>[] = [
  { key: 'name', title: 'Layer', text: (row) => row.name, sort: (row) => row.index },
  {
    key: 'operator',
    title: 'Operator',
    minor: true,
    text: (row) => (row.fused === null ? row.operator : `${row.operator} + ${row.fused}`),
    sort: (row) => row.operator
  }
];

/** What a layer costs in any arithmetic. */
export const costColumns: readonly Column<LayerResult>[] = [
  {
    key: 'macs',
    title: 'MACs',
    unit: 'M',
    align: 'number',
    hint: 'Multiply-accumulate operations for one sample, in millions',
    text: (row) => number(row.macs / 1e6, 3),
    sort: (row) => row.macs
  }
];

/** The quantizer of a layer's weights. */
export const weightColumns: readonly Column<LayerResult>[] = [
  {
    key: 'weightBits',
    title: 'Bits',
    align: 'number',
    text: (row) => number(row.weights?.bits ?? null, 0),
    sort: (row) => row.weights?.bits ?? null
  },
  {
    key: 'weightScale',
    title: 'Scale',
    align: 'number',
    hint: 'With one scale for each channel: the smallest and the largest',
    text: (row) => scaleText(row.weights),
    sort: (row) => (row.weights === null ? null : largest(row.weights.scale))
  },
  {
    key: 'weightRange',
    title: 'Range',
    align: 'number',
    hint: 'Values that the quantizer was made for, all channels together',
    text: (row) => rangeText(row.weights)
  },
  {
    key: 'sqnr',
    title: 'SQNR',
    unit: 'dB',
    align: 'number',
    hint: 'Signal to quantization noise ratio of the weights: higher is better, 6 dB to a bit',
    text: (row) => number(row.weightSqnrDb, 1),
    sort: (row) => row.weightSqnrDb
  }
];

/** The quantizer of a layer's output. */
export const outputColumns: readonly Column<LayerResult>[] = [
  {
    key: 'outputBits',
    title: 'Bits',
    align: 'number',
    text: (row) => number(row.output?.bits ?? null, 0),
    sort: (row) => row.output?.bits ?? null
  },
  {
    key: 'outputScale',
    title: 'Scale',
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
    title: 'Range',
    align: 'number',
    hint: 'Values that the quantizer was made for, all channels together',
    text: (row) => rangeText(row.output)
  }
];

/** What the layers of an integer run have beside. */
export const integerColumns: readonly Column<LayerResult>[] = [
  {
    key: 'accumulatorBits',
    title: 'Accumulator',
    unit: 'bits',
    align: 'number',
    text: ({ integers }) => number(integers?.accumulatorBits ?? null, 0),
    sort: ({ integers }) => integers?.accumulatorBits ?? null
  },
  {
    key: 'overflows',
    title: 'Overflows',
    align: 'number',
    hint: 'Additions whose exact result did not fit; 0 where the weights allow none, which ONNX Runtime’s kernels do not count',
    text: ({ integers }) => (typeof integers?.overflows === 'number' ? formatCount(integers.overflows) : '–'),
    sort: ({ integers }) => integers?.overflows ?? null
  },
  {
    key: 'overflowShare',
    title: 'Overflows',
    unit: '%',
    align: 'number',
    hint: 'Share of all additions',
    text: ({ integers }) =>
      typeof integers?.overflowShare === 'number' ? (integers.overflowShare * 100).toFixed(4) : '–',
    sort: ({ integers }) => integers?.overflowShare ?? null
  },
  {
    key: 'worstCaseBits',
    title: 'Worst case',
    unit: 'bits',
    align: 'number',
    hint: 'Bits that hold every sum which codes of the input’s range can make, before the bias',
    text: ({ integers }) => number(integers?.worstCaseBits ?? null, 0),
    sort: ({ integers }) => integers?.worstCaseBits ?? null
  },
  {
    key: 'dataBits',
    title: 'Data needed',
    unit: 'bits',
    align: 'number',
    hint: 'Bits that the sums of the first 20 samples (fewer in large networks) needed, partial sums included',
    text: ({ integers }) => number(integers?.dataBits ?? null, 0),
    sort: ({ integers }) => integers?.dataBits ?? null
  },
  {
    key: 'a2qMargin',
    title: 'A2Q margin',
    unit: 'bits',
    align: 'number',
    hint: 'Bits to spare until overflow becomes possible after the norms of the weights; the guarantee fails below 0',
    text: ({ integers }) => number(integers?.a2qMarginBits ?? null, 1).replace('-', '−'),
    sort: ({ integers }) => integers?.a2qMarginBits ?? null
  },
  {
    key: 'biasError',
    title: 'Bias error',
    unit: 'codes',
    align: 'number',
    hint: 'The largest error of a bias, in steps of the output’s codes',
    text: ({ integers }) => number(integers?.biasErrorCodes ?? null, 3),
    sort: ({ integers }) => integers?.biasErrorCodes ?? null
  }
];
