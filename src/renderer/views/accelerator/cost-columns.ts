import type { LayerCost } from '../../../contract/index.ts';
import { formatCount } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';

export type IndexedCost = LayerCost & { readonly index: number };

/** Columns of the table of what layers cost. */
export const costColumns: readonly Column<IndexedCost>[] = [
  { key: 'name', title: 'Layer', text: ({ name }) => name, sort: ({ index }) => index },
  {
    key: 'reduction',
    title: 'K',
    hint: 'Products of one sum',
    align: 'number',
    text: ({ reduction }) => formatCount(reduction),
    sort: ({ reduction }) => reduction
  },
  {
    key: 'tiles',
    title: 'Tiles',
    hint: 'K over N, rounded up: partial sums of each output',
    align: 'number',
    text: ({ tiles }) => formatCount(tiles),
    sort: ({ tiles }) => tiles
  },
  {
    key: 'passes',
    title: 'Passes',
    hint: 'Times that the units of an array sum, of one pair of slices',
    align: 'number',
    text: ({ passes }) => formatCount(passes),
    sort: ({ passes }) => passes
  },
  {
    key: 'slices',
    title: 'Slices',
    minor: true,
    hint: 'Pairs of slices of activations and weights',
    align: 'number',
    text: ({ slicePasses }) => formatCount(slicePasses)
  },
  {
    key: 'utilization',
    title: 'Elements used',
    unit: '%',
    hint: 'K over tiles times N',
    align: 'number',
    text: ({ utilization }) => (utilization * 100).toFixed(1),
    sort: ({ utilization }) => utilization
  },
  {
    key: 'units',
    title: 'Units used',
    unit: '%',
    minor: true,
    hint: 'Outputs over blocks times M',
    align: 'number',
    text: ({ unitUtilization }) => (unitUtilization * 100).toFixed(1),
    sort: ({ unitUtilization }) => unitUtilization
  },
  {
    key: 'latency',
    title: 'Latency',
    unit: 'µs',
    align: 'number',
    text: ({ latencyMicrosecond }) => latencyMicrosecond.toFixed(3),
    sort: ({ latencyMicrosecond }) => latencyMicrosecond
  },
  {
    key: 'setting',
    title: 'of it weights',
    unit: 'µs',
    minor: true,
    hint: 'Time in which the weights are set',
    align: 'number',
    text: ({ settingMicrosecond }) => settingMicrosecond.toFixed(3),
    sort: ({ settingMicrosecond }) => settingMicrosecond
  },
  {
    key: 'energy',
    title: 'Energy',
    unit: 'µJ',
    align: 'number',
    text: ({ energyMicrojoule }) => energyMicrojoule.toFixed(3),
    sort: ({ energyMicrojoule }) => energyMicrojoule
  }
];
