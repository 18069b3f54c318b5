import type { BitChoices, BudgetKind } from '../../../contract/index.ts';
import type { Column } from '../../components/table-column.ts';
import { budgetLabel } from '../../figures/chosen-bits-map.ts';

/** A choice of bits, or a uniform width, as a row. */
export interface ChoiceRow {
  readonly key: string;
  readonly label: string;
  readonly uniform: boolean;
  readonly averageBits: number;
  readonly sizeBits: number;
  readonly bops: number;
  readonly cost: number;
  readonly predictedSqnrDb: number | null;
}

/** Choices and uniform widths, in the order in which they are listed. */
export function choiceRows({ choices, uniform }: BitChoices, kind: BudgetKind): ChoiceRow[] {
  return [
    ...choices.map((choice, index) => ({
      ...choice,
      key: `choice-${index}`,
      label: `within ${budgetLabel(kind, choice.budget ?? Number.NaN)}`,
      uniform: false
    })),
    ...uniform.map((choice) => ({
      ...choice,
      key: `uniform-${choice.bits}`,
      label: `${choice.bits} bits for all`,
      uniform: true
    }))
  ];
}

export const choiceColumns: readonly Column<ChoiceRow>[] = [
  { key: 'label', title: 'Bits', text: (row) => row.label },
  {
    key: 'averageBits',
    title: 'Mean',
    unit: 'bits',
    align: 'number',
    hint: 'Bits of a weight, the mean over all weights',
    text: (row) => row.averageBits.toFixed(2),
    sort: (row) => row.averageBits
  },
  {
    key: 'sizeBits',
    title: 'Size',
    unit: 'kB',
    align: 'number',
    hint: 'Of the parameters, with scales and biases; 1 kB is 1,000 bytes',
    text: (row) => (row.sizeBits / 8000).toFixed(1),
    sort: (row) => row.sizeBits
  },
  {
    key: 'bops',
    title: 'Bit operations',
    unit: 'M',
    align: 'number',
    hint: 'For one sample, in millions',
    text: (row) => (row.bops / 1e6).toFixed(0),
    sort: (row) => row.bops
  },
  {
    key: 'cost',
    title: 'Sum of the costs',
    align: 'number',
    hint: 'What was minimized: what each layer costs alone, added up',
    text: (row) => row.cost.toPrecision(3),
    sort: (row) => row.cost
  },
  {
    key: 'predicted',
    title: 'Predicted SQNR',
    unit: 'dB',
    align: 'number',
    hint: 'Of the logits, if the errors of the layers add up in power; running it tells',
    text: (row) => row.predictedSqnrDb?.toFixed(1) ?? '–',
    sort: (row) => row.predictedSqnrDb
  }
];
