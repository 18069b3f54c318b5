import { metricCatalogue, type ColumnUse, type ResultsColumn } from '../../../contract/index.ts';

/** What a column of a file can become, as one choice of a list: `metric top1 percent`. */
export type UseChoice = string;

interface Option {
  readonly value: UseChoice;
  readonly label: string;
}

/** Shares come as fractions or in per cent. */
const shares = ['top1', 'top5', 'agreement'];
/** The other metrics that other programs record, too. */
const others = [
  'crossEntropy',
  'modelSizeBits',
  'averageWeightBits',
  'bops',
  'energyMicrojoule',
  'latencyMicrosecond'
];

export const useOptions: readonly Option[] = [
  { value: 'setting', label: 'Setting' },
  { value: 'metric', label: 'Metric, own name' },
  ...shares.flatMap((name) => [
    { value: `metric ${name}`, label: `${name}, 0 to 1` },
    { value: `metric ${name} percent`, label: `${name}, in %` }
  ]),
  ...others.map((name) => ({ value: `metric ${name}`, label: `${name}, in ${unitOf(name)}` })),
  { value: 'seed', label: 'Seed' },
  { value: 'nothing', label: 'Left out' }
];

function unitOf(name: string): string {
  return metricCatalogue[name as keyof typeof metricCatalogue].unit;
}

export function choiceOf({ as, metric, percent }: ColumnUse): UseChoice {
  return [as, ...(metric === undefined ? [] : [metric]), ...(percent === true ? ['percent'] : [])].join(' ');
}

export function useOf(choice: UseChoice): ColumnUse {
  const [as, metric, percent] = choice.split(' ');
  return {
    as: as as ColumnUse['as'],
    ...(metric === undefined ? {} : { metric }),
    ...(percent === undefined ? {} : { percent: true })
  };
}

/** Columns whose names speak for a metric of Bitlab's that they are not taken for yet. */
export function unconfirmed(columns: readonly ResultsColumn[]): ResultsColumn[] {
  const taken = new Set(columns.map(({ becomes }) => becomes));
  return columns.filter(
    ({ use, suggestion }) =>
      suggestion !== null && use.as === 'metric' && use.metric === undefined && !taken.has(suggestion.metric!)
  );
}
