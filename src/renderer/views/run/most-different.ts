import type { Divergence } from '../../../contract/index.ts';
import type { DivergenceKind } from '../../figures/code-divergence.ts';

/** The sample of which most codes differ; 0 where none do. */
export function mostDifferent({ perSample }: Divergence, kind: DivergenceKind): number {
  const differing = perSample.map((sample) => sample[kind].reduce((sum, layer) => sum + layer.differing, 0));
  const most = differing.reduce((best, count, at) => (count > differing[best]! ? at : best), 0);
  return perSample[most]?.sample ?? 0;
}
