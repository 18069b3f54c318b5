import { z } from 'zod';
import { Proportion } from './entities.ts';
import { Preprocessing } from './preprocessing.ts';

/** How a model does on a few samples of a data set: enough to see that preprocessing or labels are wrong. */
export const FitCheck = z.object({
  /** Float top-1 accuracy with the preprocessing of the data set. */
  top1: Proportion,
  /** What guessing the commonest of these labels would reach. */
  chance: z.number(),
  /** Whether the interval of the accuracy lies above chance. */
  aboveChance: z.boolean(),
  /** What the network is given: the values of these samples after preprocessing. */
  inputs: z.object({ minimum: z.number(), maximum: z.number(), mean: z.number(), deviation: z.number() }),
  /** Usual preprocessings whose interval lies above that of the data set's own, best first. */
  better: z.array(z.object({ label: z.string(), preprocessing: Preprocessing, top1: Proportion }))
});

export type FitCheck = z.infer<typeof FitCheck>;

/** What a check found, in sentences. */
export function fitSentences({ top1, chance, aboveChance, better }: FitCheck): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const [best] = better;
  return [
    `Float accuracy on ${top1.count} samples is ${percent(top1.value)} (95 % interval ${percent(top1.low)} to ${percent(top1.high)}).`,
    ...(aboveChance
      ? []
      : [
          `That is chance level, ${percent(chance)}: is the preprocessing right, and do the labels count the classes in the order of the model?`
        ]),
    ...(best === undefined
      ? []
      : [
          `With another preprocessing it is ${percent(best.top1.value)}: ${best.label}. If the model was trained with that, import the data set again with it.`
        ])
  ];
}
