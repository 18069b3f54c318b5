import type { ClassComparison } from '../../../contract/index.ts';
import { formatCount, intervalNumbers, percentNumber } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';

/** What a run made of the samples of one class. */
export interface ClassRow {
  readonly label: number;
  readonly name: string;
  readonly samples: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
  /** Samples of any class that were taken for this one; null where it is not known. */
  readonly predicted: number | null;
  /** The other class that its samples are most often taken for, and how often; null where that never happens. */
  readonly mistake: { readonly name: string; readonly count: number } | null;
}

/**
 * The classes that have samples, by their numbers.
 * @param comparison of one run @param confusion confusion[label][prediction], or null where there are too many classes
 */
export function classRows(
  { classNames, samples, runs }: ClassComparison,
  confusion: readonly (readonly number[])[] | null
): ClassRow[] {
  const [run] = runs;
  if (run === undefined) return [];
  const nameOf = (label: number) => classNames[label] ?? String(label);
  return samples.flatMap((count, label) => {
    if (count === 0) return [];
    const wrong = (confusion?.[label] ?? []).map((taken, other) => (other === label ? 0 : taken));
    const most = Math.max(0, ...wrong);
    return {
      label,
      name: nameOf(label),
      samples: count,
      right: run.right[label]!,
      low: run.low[label]!,
      high: run.high[label]!,
      predicted: confusion === null ? null : confusion.reduce((sum, row) => sum + row[label]!, 0),
      mistake: most === 0 ? null : { name: nameOf(wrong.indexOf(most)), count: most }
    };
  });
}

const precision = ({ right, predicted }: ClassRow) =>
  predicted === null || predicted === 0 ? null : right / predicted;

/** @param withConfusion whether it is known what the samples of a class are taken for */
export function classColumns(withConfusion: boolean): Column<ClassRow>[] {
  const always: Column<ClassRow>[] = [
    { key: 'class', title: 'Class', text: ({ name }) => name, sort: ({ label }) => label },
    {
      key: 'samples',
      title: 'Samples',
      align: 'number',
      text: ({ samples }) => formatCount(samples),
      sort: ({ samples }) => samples
    },
    {
      key: 'right',
      title: 'Right',
      align: 'number',
      text: ({ right }) => formatCount(right),
      sort: ({ right }) => right
    },
    {
      key: 'accuracy',
      title: 'Accuracy',
      unit: '%',
      align: 'number',
      hint: 'Share of the class’s samples that are recognized (recall)',
      text: ({ right, samples }) => percentNumber(right / samples),
      sort: ({ right, samples }) => right / samples
    },
    {
      key: 'interval',
      title: '95 % interval',
      unit: '%',
      align: 'number',
      hint: 'Wilson score interval for the samples of the class',
      text: (row) => intervalNumbers(row)
    }
  ];
  if (!withConfusion) return always;
  return [
    ...always,
    {
      key: 'precision',
      title: 'Precision',
      unit: '%',
      align: 'number',
      hint: 'Share of what is taken for this class that belongs to it',
      text: (row) => {
        const share = precision(row);
        return share === null ? '–' : percentNumber(share);
      },
      sort: precision
    },
    {
      key: 'mistake',
      title: 'Most often taken for',
      text: ({ mistake }) => (mistake === null ? '–' : `${mistake.name} (${formatCount(mistake.count)})`),
      sort: ({ mistake }) => mistake?.count ?? null
    }
  ];
}
