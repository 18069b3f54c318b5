import { canonicalJson } from './canonical-json.ts';
import type { Configuration } from './configuration.ts';
import type { Run } from './entities.ts';

/**
 * Whether the seed can change the result: something is drawn at random. Repeats of anything else are the same run again.
 */
export function hasRandomPart({ arithmetic, accelerator, weights, layers }: Configuration): boolean {
  if (arithmetic === 'float') return false;
  const roundings = [weights, ...Object.values(layers).map((override) => override.weights ?? {})];
  if (roundings.some(({ rounding }) => rounding === 'adaround')) return true;
  if (arithmetic !== 'accelerator' || accelerator === null) return false;
  const { table, ...deviations } = accelerator.noise;
  return (
    (accelerator.link?.noises.length ?? 0) > 0 ||
    table !== null ||
    Object.values(deviations).some((deviation) => deviation > 0)
  );
}

/**
 * What runs must have in common to be repeats of one another: everything but the seed. Within one experiment the calibration
 * data are the same for all; between experiments they must be compared as well.
 */
export function repeatKey(run: Pick<Run, 'modelId' | 'dataset' | 'samples' | 'configuration'>): string {
  const { seed: _seed, ...others } = run.configuration;
  return canonicalJson([run.modelId, run.dataset, run.samples, others]);
}
