import { z } from 'zod';
import { CostAnswer, mostReachBits, ReachAnswer, ReachMode, ResolvedPreset } from '../accelerator-results.ts';
import { BitWidth } from '../configuration.ts';
import { nothing } from './usual-shapes.ts';

/** An accelerator as an experiment file gives it: the name of a preset, or settings, which may name a preset to begin with. */
export const AcceleratorChoice = z.union([z.string().min(1).max(120), z.record(z.string(), z.json())]);

/** What hardware reaches and costs, before anything runs on it. */
export const acceleratorMethods = {
  'accelerator.presets': { input: nothing, output: z.array(ResolvedPreset) },
  /** How many products can be added at a precision, and where the accelerator's own tile works. */
  'accelerator.reach': {
    input: z.strictObject({
      accelerator: AcceleratorChoice,
      bits: z.number().gt(0).max(mostReachBits).default(4),
      mode: ReachMode.default('exact'),
      /** Also N at each of these bits, for each of these rates (10^9 per second). */
      curves: z
        .strictObject({
          rates: z.array(z.number().positive()).max(20),
          bits: z.array(z.number().gt(0).max(mostReachBits)).max(200)
        })
        .default({ rates: [], bits: [] })
    }),
    output: ReachAnswer
  },
  /** What one frame of a model costs. */
  'accelerator.cost': {
    input: z.strictObject({
      /** Its name. */
      model: z.string().min(1),
      accelerator: AcceleratorChoice,
      weightBits: BitWidth.default(8),
      activationBits: BitWidth.default(8)
    }),
    output: CostAnswer
  }
} as const;

export type AcceleratorChoice = z.infer<typeof AcceleratorChoice>;
