import type { ReachAnswer } from './accelerator-results.ts';
import { BitlabError } from './errors/index.ts';

/** Why no tile reaches the precision that was asked for, and what to do; null where one does. */
export function reachProblem({ accelerator, reach, point }: ReachAnswer): BitlabError | null {
  const rate = accelerator.link?.rateGigasamplesPerSecond ?? 0;
  if (reach.infeasible === null) return null;
  const because =
    reach.infeasible === 'intensity-noise'
      ? {
          reason: `the laser's own noise allows ${point.ceilingBits.toFixed(2)} bits there, however strong its light`,
          advice: 'Ask for fewer bits or a lower rate, or choose a laser of less intensity noise.'
        }
      : {
          reason: `a detector needs ${reach.requiredPowerDbm!.toFixed(2)} dBm, more than one element leaves of the laser's light`,
          advice: 'Give the laser more power, or ask for fewer bits or a lower rate.'
        };
  return new BitlabError('ACCELERATOR_UNREACHABLE', { bits: reach.bits, rate, ...because });
}

/**
 * Why an answer is no hardware to run on; null where it is. Besides what is infeasible, these are the points of published mode
 * where the scripts take the last light of their sweep although it is not enough.
 */
export function hardwareProblem(answer: ReachAnswer): BitlabError | null {
  const { accelerator, reach } = answer;
  if (reach.cut !== 'power-grid') return reachProblem(answer);
  return new BitlabError('ACCELERATOR_UNREACHABLE', {
    bits: reach.bits,
    rate: accelerator.link?.rateGigasamplesPerSecond ?? 0,
    reason: 'no light of the published sweep gives them',
    advice: 'Take exact mode to see what is feasible, or ask for fewer bits or a lower rate.'
  });
}
