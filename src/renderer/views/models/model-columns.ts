import type { Model, ModelLayer } from '../../../contract/index.ts';
import { formatCount, formatMoment, formatShape } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';

const millions = (value: number, decimals: number) => (value / 1e6).toFixed(decimals);

/** Columns of the table of models; `tags` gets its cell from the view. */
export const modelColumns: readonly Column<Model>[] = [
  { key: 'name', title: 'Name', text: ({ name }) => name, sort: ({ name }) => name },
  {
    key: 'tags',
    title: 'Tags',
    text: ({ tags }) => tagText(tags),
    sort: ({ tags }) => tagText(tags)
  },
  {
    key: 'layers',
    title: 'Layers',
    align: 'number',
    hint: 'Conv, Gemm and MatMul with constant weights: what can be quantized',
    text: ({ layerCount }) => formatCount(layerCount),
    sort: ({ layerCount }) => layerCount
  },
  {
    key: 'parameters',
    title: 'Parameters',
    unit: '10⁶',
    align: 'number',
    text: ({ parameters }) => millions(parameters, 3),
    sort: ({ parameters }) => parameters
  },
  {
    key: 'macs',
    title: 'MACs',
    unit: '10⁶',
    align: 'number',
    hint: 'Multiply-accumulate operations for one sample',
    text: ({ macs }) => millions(macs, 1),
    sort: ({ macs }) => macs
  },
  {
    key: 'input',
    minor: true,
    title: 'Input',
    hint: 'Channels, height, width',
    text: ({ inputShape }) => formatShape(inputShape)
  },
  {
    key: 'classes',
    minor: true,
    title: 'Classes',
    align: 'number',
    text: ({ classes }) => formatCount(classes),
    sort: ({ classes }) => classes
  },
  {
    key: 'size',
    minor: true,
    title: 'File',
    unit: 'MB',
    align: 'number',
    text: ({ bytes }) => millions(bytes, 2),
    sort: ({ bytes }) => bytes
  },
  {
    key: 'created',
    title: 'Imported',
    text: ({ createdAt }) => formatMoment(createdAt),
    sort: ({ createdAt }) => createdAt
  }
];

export type IndexedLayer = ModelLayer & { readonly index: number };

/** Columns of the table of a model's layers. `share` is of the model's MACs. */
export function layerColumns(macs: number): readonly Column<IndexedLayer>[] {
  return [
    {
      key: 'index',
      title: '#',
      align: 'number',
      width: '48px',
      text: ({ index }) => String(index + 1),
      sort: ({ index }) => index
    },
    { key: 'name', title: 'Layer', text: ({ name }) => name, sort: ({ name }) => name },
    {
      key: 'operator',
      title: 'Operator',
      text: ({ operator }) => operator,
      sort: ({ operator }) => operator
    },
    {
      key: 'fused',
      title: 'Fused with',
      hint: 'The activation that is computed with the layer',
      text: ({ fused }) => fused ?? '–',
      sort: ({ fused }) => fused
    },
    {
      key: 'weights',
      title: 'Weights',
      hint: 'Shape of the weight tensor, output channels first for Conv',
      align: 'number',
      text: ({ weightShape }) => formatShape(weightShape)
    },
    {
      key: 'output',
      title: 'Output',
      hint: 'Shape of the output for one sample',
      align: 'number',
      text: ({ outputShape }) => formatShape(outputShape)
    },
    {
      key: 'parameters',
      title: 'Parameters',
      align: 'number',
      text: ({ parameters }) => formatCount(parameters),
      sort: ({ parameters }) => parameters
    },
    {
      key: 'macs',
      title: 'MACs',
      unit: '10⁶',
      align: 'number',
      hint: 'Multiply-accumulate operations for one sample',
      text: (layer) => millions(layer.macs, 3),
      sort: (layer) => layer.macs
    },
    {
      key: 'share',
      minor: true,
      title: 'Share of MACs',
      unit: '%',
      align: 'number',
      text: (layer) => ((100 * layer.macs) / Math.max(1, macs)).toFixed(1),
      sort: (layer) => layer.macs
    }
  ];
}

function tagText(tags: Model['tags']): string {
  return Object.entries(tags)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(', ');
}
