import { BitlabError } from '../../../contract/index.ts';
import { f32 } from '../../numeric/float32.ts';
import type { Grid } from './grid.ts';

/** The most levels of a codebook: the codes of 16 bits. */
const mostLevels = 65_536;

/**
 * A grid from any list of levels. They are rounded to float32, and sorted.
 * @param levels at scale 1, in any order
 * @throws BitlabError CODEBOOK_INVALID for fewer than two levels, levels that are not finite, and duplicates
 */
export function codebookGrid(levels: readonly number[]): Grid {
  const refuse = (reason: string) => new BitlabError('CODEBOOK_INVALID', { reason });
  if (levels.length < 2) throw refuse(`it has ${levels.length === 1 ? 'only one level' : 'no levels'}`);
  if (levels.length > mostLevels)
    throw refuse(`it has ${levels.length} levels, and at most ${mostLevels} are possible`);
  const sorted = Float64Array.from(levels, (level) => f32(level)).sort();
  // Sorting puts NaN last, so the place of the first one in the list is looked for separately.
  const wrong = levels.findIndex((level) => !Number.isFinite(f32(level)));
  if (wrong >= 0) throw refuse(`its level ${wrong + 1} is ${levels[wrong]}`);
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i] === sorted[i - 1]) throw refuse(`the level ${sorted[i]} is there twice`);
  return { name: 'codebook', levels: sorted };
}
