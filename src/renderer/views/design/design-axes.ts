import type { ExperimentFile } from '../../../contract/index.ts';

type Level = ExperimentFile['factors'][string][number];

/** Factors that advance together, or one that is crossed with all others. */
export interface Axis {
  readonly paths: readonly string[];
  /** Levels of the longest. */
  readonly length: number;
  /** Whether all have as many levels as each other. */
  readonly even: boolean;
}

/** The axes of a design in the order of its factors. */
export function axesOf({ factors, zip }: ExperimentFile): Axis[] {
  const groupOf = (path: string) => zip.find((group) => group.includes(path)) ?? [path];
  const groups = new Set(
    Object.keys(factors)
      .map(groupOf)
      .map((group) => group.join('\n'))
  );
  return [...groups].map((text) => {
    const paths = text.split('\n').filter((path) => path in factors);
    const lengths = paths.map((path) => factors[path]!.length);
    return { paths, length: Math.max(...lengths), even: new Set(lengths).size === 1 };
  });
}

/** How many combinations of levels a design has. */
export const combinations = (axes: readonly Axis[]): number =>
  axes.reduce((product, { length }) => product * length, 1);

/** Level by level, what the factors of an axis are together; undefined where one has fewer levels. */
export function rowsOf({ factors }: ExperimentFile, axis: Axis): (Level | undefined)[][] {
  return Array.from({ length: axis.length }, (_, index) => axis.paths.map((path) => factors[path]![index]));
}

/** Makes a factor, with those that advance with it, advance with another one. */
export function zipped(file: ExperimentFile, path: string, other: string): ExperimentFile {
  const joined = [path, other].map((each) => file.zip.find((group) => group.includes(each)) ?? [each]);
  const members = new Set(joined.flat());
  // In the order of the factors.
  const group = Object.keys(file.factors).filter((each) => members.has(each));
  return { ...file, zip: [...file.zip.filter((each) => !joined.includes(each)), group] };
}

/** Crosses a factor with all others again; those that advanced with it stay together where two or more remain. */
export function crossed(file: ExperimentFile, path: string): ExperimentFile {
  const zip = file.zip
    .map((group) => group.filter((member) => member !== path))
    .filter(({ length }) => length > 1);
  return { ...file, zip };
}
