import type { CodeDifference, Divergence } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';

/** One of the three ways of computing a run, against the integers. */
export interface Way {
  readonly name: string;
  readonly right: number;
  readonly differing: number;
  /** Null for the integers themselves. */
  readonly parts: { readonly layer: string | null; readonly at: CodeDifference | null } | null;
}

export function waysOf({ predictions, layers, accumulatorBits, ...first }: Divergence): Way[] {
  const parts = (layer: string | null, kind: 'simulated' | 'limited') => ({
    layer,
    at: layers.find(({ name }) => name === layer)?.[kind] ?? null
  });
  return [
    { name: 'Integer', ...predictions.integer, parts: null },
    { name: 'Simulated', ...predictions.simulated, parts: parts(first.firstSimulated, 'simulated') },
    {
      name: `Integer, ${accumulatorBits}-bit accumulators`,
      ...predictions.limited,
      parts: parts(first.firstLimited, 'limited')
    }
  ];
}

const number = (value: number | undefined, digits: number) =>
  value === undefined ? '–' : value.toFixed(digits);

export const wayColumns = (samples: number): readonly Column<Way>[] => [
  { key: 'name', title: 'Computed', text: (row) => row.name },
  {
    key: 'right',
    title: 'Recognized',
    unit: `of ${samples}`,
    align: 'number',
    text: (row) => String(row.right)
  },
  {
    key: 'differing',
    title: 'Other classes',
    hint: 'Samples that are taken for another class than by the integers',
    align: 'number',
    text: (row) => (row.parts === null ? '–' : String(row.differing))
  },
  {
    key: 'layer',
    title: 'First layer that differs',
    text: (row) => (row.parts === null ? '–' : (row.parts.layer ?? 'none'))
  },
  {
    key: 'share',
    title: 'Codes there',
    unit: '%',
    hint: 'Share of the codes that leave this layer',
    align: 'number',
    text: (row) =>
      number(row.parts?.at === null || row.parts === null ? undefined : row.parts.at.share * 100, 4)
  },
  {
    key: 'largest',
    title: 'Largest',
    hint: 'The largest difference of a code that leaves this layer',
    unit: 'codes',
    align: 'number',
    text: (row) => number(row.parts?.at?.largest, 0)
  }
];
