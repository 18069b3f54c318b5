import type { Disagreements } from '../../../contract/index.ts';

type Row = Disagreements['rows'][number];

/** The runs that say the same class of a sample. */
export interface AnswerGroup {
  readonly class: number;
  readonly isRight: boolean;
  readonly answers: readonly { readonly id: string; readonly probability: number }[];
}

/** What runs say of a sample, class by class: the label first, then what most of them say. */
export function answerGroups({ label, answers }: Row, runs: readonly string[]): AnswerGroup[] {
  const groups = new Map<number, { id: string; probability: number }[]>();
  for (const [index, { prediction, probability }] of answers.entries()) {
    const group = groups.get(prediction) ?? [];
    group.push({ id: runs[index]!, probability });
    groups.set(prediction, group);
  }
  return [...groups]
    .map(([each, same]) => ({ class: each, isRight: each === label, answers: same }))
    .sort(
      (a, b) =>
        Number(b.isRight) - Number(a.isRight) || b.answers.length - a.answers.length || a.class - b.class
    );
}
