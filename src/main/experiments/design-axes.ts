import type { ExperimentFile } from '../../contract/index.ts';
import { parseSettingPath } from '../../contract/setting-path.ts';

/** Factors that advance together, alone or zipped. */
export interface Axis {
  readonly factors: readonly { readonly name: string; readonly path: readonly string[] }[];
  readonly length: number;
}

/** The axes of a file whose factors and zips are sound. */
export function axesOf(file: ExperimentFile): Axis[] {
  const zipped = new Map(file.zip.flatMap((group) => group.map((name) => [name, group] as const)));
  const groups = new Set(Object.keys(file.factors).map((name) => zipped.get(name) ?? name));
  return [...groups].map((group) => {
    const names = typeof group === 'string' ? [group] : group;
    const factors = names.map((name) => ({ name, path: parseSettingPath(name)! }));
    return { factors, length: file.factors[names[0]!]!.length };
  });
}

/** Combinations of levels and seeds. */
export const combinationCount = (file: ExperimentFile, axes: readonly Axis[]): number =>
  axes.reduce((product, axis) => product * axis.length, file.seeds.length);
