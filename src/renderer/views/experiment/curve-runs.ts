import type { Run } from '../../../contract/index.ts';
import { bitsKinds } from '../../figures/accuracy-against-cost.ts';
import type { FactorRoles } from './factor-roles.ts';

/**
 * The runs that a curve over a factor can show. Bits that are chosen layer by layer lie on no such curve: each would be a series of one
 * point, so they are left out where runs with one width for all are there.
 */
export function curveRuns(
  runs: readonly Run[],
  roles: FactorRoles
): { readonly runs: readonly Run[]; readonly roles: FactorRoles; readonly leftOut: number } {
  const kindOf = bitsKinds(runs);
  const kept = runs.filter((run) => run.baseline || kindOf(run) === 'one width');
  const leftOut = runs.length - kept.length;
  if (!roles.split.includes('layers') || leftOut === 0 || kept.every(({ baseline }) => baseline))
    return { runs, roles, leftOut: 0 };
  const layers = new Set(
    kept.filter(({ baseline }) => !baseline).map(({ configuration }) => JSON.stringify(configuration.layers))
  );
  if (layers.size > 1) return { runs: kept, roles, leftOut };
  return { runs: kept, roles: { ...roles, split: roles.split.filter((path) => path !== 'layers') }, leftOut };
}
