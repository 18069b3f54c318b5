import { BitlabError, type WeightSettings } from '../../contract/index.ts';
import {
  additivePowersOfTwoGrid,
  codebookGrid,
  minifloatGrid,
  powersOfTwoGrid,
  type Grid
} from './grids/index.ts';

/** What weights and activations have in common in choosing a grid. */
export type GridSettings = Pick<WeightSettings, 'bits' | 'levels' | 'floatFormat'> & {
  readonly grid?: WeightSettings['grid'] | undefined;
};

/**
 * The levels of a grid at scale 1, and how many bits a code has.
 * @param signed whether powers of two have their negatives; minifloats always have, a codebook has what it has
 * @throws BitlabError CODEBOOK_INVALID, CONFIGURATION_BITS, CONFIGURATION_INVALID
 */
export function gridOf(
  settings: GridSettings,
  signed: boolean
): { readonly grid: Grid; readonly bits: number } {
  switch (settings.grid) {
    case 'powers-of-two':
      return { grid: powersOfTwoGrid(settings.bits, signed), bits: settings.bits };
    case 'apot':
      return { grid: additivePowersOfTwoGrid(settings.bits, signed), bits: settings.bits };
    case 'codebook': {
      const grid = codebookGrid(settings.levels ?? []);
      return { grid, bits: Math.ceil(Math.log2(grid.levels.length)) };
    }
    case 'float': {
      const format = settings.floatFormat ?? 'e4m3';
      return { grid: minifloatGrid(format), bits: 1 + Number(format[1]) + Number(format[3]) };
    }
    case 'uniform':
    case undefined:
      throw new BitlabError('CONFIGURATION_CONFLICT', {
        reason: 'The uniform grid has no list of levels',
        advice: 'Choose another grid.'
      });
  }
}
